package dev.trine.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.MovableClock;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VerifiedPasswordsTest {

    private final MovableClock clock = new MovableClock();
    private final VerifiedPasswords verified = new VerifiedPasswords(new Random(1), clock);

    @Test
    void onlyTheVeryPairIsRemembered() {
        verified.remember("a@example.org", "1secret", "hash");
        assertThat(verified.hashOf("A@example.org", "1secret")).contains("hash");
        assertThat(verified.hashOf("a@example.org1", "secret")).isEmpty();
        assertThat(verified.hashOf("a@example.org", "1Secret")).isEmpty();
        verified.forget("a@example.org", "1secret");
        assertThat(verified.hashOf("a@example.org", "1secret")).isEmpty();
    }

    @Test
    void theEldestGoWhenThereAreMany() {
        for (int i = 0; i < 1_500; i++) {
            verified.remember("u%d@example.org".formatted(i), "secret", "hash");
        }
        assertThat(verified.size()).isEqualTo(1_000);
        assertThat(verified.hashOf("u0@example.org", "secret")).isEmpty();
        assertThat(verified.hashOf("u1499@example.org", "secret")).contains("hash");
    }
}
