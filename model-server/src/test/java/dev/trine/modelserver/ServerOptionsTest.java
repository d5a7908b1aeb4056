package dev.trine.modelserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerOptionsTest {

    private static final long MIB = 1 << 20;

    private static ServerOptions parse(long heap, String... more) {
        String[] arguments = new String[more.length + 2];
        arguments[0] = "--name";
        arguments[1] = "digits";
        System.arraycopy(more, 0, arguments, 2, more.length);
        return ServerOptions.parse(arguments, Map.of(), heap);
    }

    @Test
    void bodiesMayTakeAQuarterOfTheHeapAndOneBody64MiBAtTheMost() {
        ServerOptions small = parse(64 * MIB);
        assertThat(small.maxBodyBytes()).isEqualTo(16 * MIB);
        assertThat(small.maxInFlightBytes()).isEqualTo(16 * MIB);
        ServerOptions large = parse(1024 * MIB);
        assertThat(large.maxBodyBytes()).isEqualTo(64 * MIB);
        assertThat(large.maxInFlightBytes()).isEqualTo(256 * MIB);
    }

    @Test
    void oneBodyThatIsAllowedHasRoom() {
        assertThat(parse(64 * MIB, "--max-body", "100000000").maxInFlightBytes())
                .isEqualTo(100_000_000);
        assertThatThrownBy(() -> parse(64 * MIB, "--max-in-flight", "10000"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--max-in-flight must be");
    }

    @ParameterizedTest
    @CsvSource({
        "--port, eight, '--port must be between 0 and 65535, was ''eight'''",
        "--port, 70000, was '70000'",
        "--max-body, -1, was '-1'",
        "--max-body, 99999999999, was '99999999999'",
        "--colour, red, '--colour'"
    })
    void anArgumentThatIsWrongIsNamed(String option, String value, String told) {
        assertThatThrownBy(() -> parse(64 * MIB, option, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(told);
    }
}
