package dev.trine.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColumnProfileTest {

    @ParameterizedTest
    @ValueSource(strings = {"1d", "1F", "1.5f", "0x1p3", "0X1P3", " 2D "})
    void whatOnlyJavaTakesForANumberIsText(String value) {
        assertThat(of("1", value).type()).isEqualTo(Column.Type.STRING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "-2e10", "+.5", "5.", "1E-3", " 1"})
    void numbersOfOtherLanguagesAreNumbers(String value) {
        assertThat(of("1", value).type()).isEqualTo(Column.Type.NUMBER);
    }

    @Test
    void wholeNumbersBeyondThePrecisionOfADoubleAreToldExactly() {
        Column column = of("9007199254740993", "-9223372036854775808", "9223372036854775807", "");
        assertThat(column.type()).isEqualTo(Column.Type.INTEGER);
        assertThat(column.min()).isEqualTo("-9223372036854775808");
        assertThat(column.max()).isEqualTo("9223372036854775807");
        assertThat(of("9007199254740993").max()).isEqualTo("9007199254740993");
        assertThat(column.nulls()).isEqualTo(1);
    }

    @Test
    void longTextsAreCutAndNoCharacterInHalf() {
        Column column = of("b".repeat(10_000), "a".repeat(255) + "\uD83D\uDE00" + "a");
        assertThat(column.max()).isEqualTo("b".repeat(256));
        assertThat(column.min()).isEqualTo("a".repeat(255));
        assertThat(column.distinct()).isEqualTo(2);
    }

    @Test
    void differentValuesAreCountedUpToAThousandAndInWideTablesToLess() {
        assertThat(distinct(1, 1_000)).isEqualTo(1_000);
        assertThat(distinct(1, 1_001)).isNull();
        assertThat(distinct(500, 1_000)).isEqualTo(1_000);
        assertThat(distinct(6_000, 83)).isEqualTo(83);
        assertThat(distinct(6_000, 84)).isNull();
    }

    private static @org.jspecify.annotations.Nullable Integer distinct(int columns, int different) {
        var profile = new ColumnProfile("c", columns);
        for (int round = 0; round < 2; round++) {
            IntStream.range(0, different).forEach(value -> profile.accept("v" + value));
        }
        return profile.column().distinct();
    }

    private static Column of(String... values) {
        var profile = new ColumnProfile("c", 1);
        for (String value : values) {
            assertThat(profile.accept(value)).isTrue();
        }
        return profile.column();
    }
}
