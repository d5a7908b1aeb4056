package dev.trine.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentTest {

    private final Recent<Integer, String> recent = new Recent<>(100);

    @Test
    void whatIsNewIsRememberedHoweverMuchCameBefore() {
        for (int i = 0; i < 10_000; i++) {
            recent.put(i, "v" + i);
            assertThat(recent.get(i)).isEqualTo("v" + i);
        }
    }

    @Test
    void noMoreThanItsSizeIsKept() {
        IntStream.range(0, 10_000).forEach(i -> recent.put(i, "v"));
        assertThat(IntStream.range(0, 10_000).filter(i -> recent.get(i) != null))
                .hasSizeBetween(1, 100);
    }

    @Test
    void whatIsUsedAgainAndAgainStays() {
        recent.put(-1, "used");
        for (int i = 0; i < 10_000; i++) {
            recent.put(i, "v");
            assertThat(recent.get(-1)).isEqualTo("used");
        }
        assertThat(recent.get(0)).isNull();
    }
}
