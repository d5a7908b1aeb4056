package dev.trine.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class UnkeepableTextTest {

    @Property
    void textCanBeKeptExactlyIfItComesBackFromUtf8AndHasNoNul(@ForAll String text) {
        boolean comesBack = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8).equals(text);
        assertThat(UnkeepableText.problem(text).isEmpty()).isEqualTo(comesBack && text.indexOf('\0') < 0);
    }

    @Test
    void halfAPairIsFoundWhereverItStands() {
        assertThat(UnkeepableText.problem("\ud83d\udca5")).isEmpty();
        for (String half : List.of("\ud83d", "\udca5", "\udca5\ud83d", "a\ud83db", "\ud83d\ud83d\udca5")) {
            assertThat(UnkeepableText.problem(half))
                    .hasValueSatisfying(why -> assertThat(why).contains("surrogate"));
        }
    }

    @Test
    void aTreeIsLookedThroughToItsKeys() {
        assertThat(UnkeepableText.problemWithin(Map.of("a", List.of(1, Map.of("b\0", true)))))
                .hasValueSatisfying(why -> assertThat(why).contains("NUL"));
        assertThat(UnkeepableText.problemWithin(Map.of("a", List.of(1, "b", Map.of()))))
                .isEmpty();
    }
}
