package dev.trine.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.lib.workload.WorkloadEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A program must not be able to break its own workload by what it tells. */
class EventLinesTest {

    private static List<WorkloadEvent> events(String lines) {
        return EventLines.parse(lines.getBytes(StandardCharsets.UTF_8), 1 << 20).events();
    }

    @Test
    void whatTheDatabaseCannotKeepIsDropped() {
        assertThat(events("""
                        {"type":"tag","key":"a","value":"x\\u0000y"}
                        {"type":"param","key":"b\\u0000","value":"x"}
                        {"type":"metric","key":"c\\u0000","value":1}
                        {"type":"metric","key":"huge","value":1e999}
                        {"type":"tag","key":"half","value":"\\ud83d of a pair"}
                        {"type":"param","key":"\\udead","value":"x"}
                        {"type":"tag","key":"d","value":"kept \\ud83d\\ude00"}
                        """)).containsExactly(new WorkloadEvent.Tag("d", "kept 😀"));
    }

    @Test
    void linesThatSayNothingAreCountedAndTheFirstIsExplained() {
        byte[] lines = """
                {"type":"tag","key":"a","value":"b"}
                not JSON
                ["type"]
                {"type":"surprise"}
                half a li""".getBytes(StandardCharsets.UTF_8);
        assertThat(EventLines.parse(lines, 1 << 20))
                .isEqualTo(new EventLines.Parsed(
                        List.of(new WorkloadEvent.Tag("a", "b")), lines.length - 9, 3, "it is not a JSON object"));
        assertThat(EventLines.firstLine(lines))
                .asString()
                .isEqualTo("{\"type\":\"tag\",\"key\":\"a\",\"value\":\"b\"}\n");
    }

    @Test
    void theVeryLastLineNeedsNoEnd() {
        byte[] line = "{\"type\":\"tag\",\"key\":\"a\",\"value\":\"b\"}".getBytes(StandardCharsets.UTF_8);
        assertThat(EventLines.parseLast(line))
                .isEqualTo(new EventLines.Parsed(List.of(new WorkloadEvent.Tag("a", "b")), line.length, 0, null));
        assertThat(EventLines.parseLast("half".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new EventLines.Parsed(List.of(), 4, 1, "it is not a JSON object"));
        assertThat(EventLines.parseLast(new byte[0])).isEqualTo(new EventLines.Parsed(List.of(), 0, 0, null));
    }

    @Test
    void aPortIsAWholeNumberThatAServerCanListenOn() {
        assertThat(events("""
                        {"type":"listening","port":0}
                        {"type":"listening","port":-1}
                        {"type":"listening","port":65536}
                        {"type":"listening","port":4294975296}
                        {"type":"listening","port":80.5}
                        {"type":"listening","port":"8000"}
                        {"type":"listening","port":8000,"host":"169.254.169.254"}
                        """)).containsExactly(new WorkloadEvent.Listening(8_000));
    }

    @Test
    void longValuesAreCutBetweenCharacters() {
        String ends = "x".repeat(5_999) + "😀" + "y";
        assertThat(events("{\"type\":\"param\",\"key\":\"a\",\"value\":\"%s\"}\n".formatted(ends)))
                .containsExactly(new WorkloadEvent.Param("a", "x".repeat(5_999)));
    }

    @Test
    void aFullBufferWithoutTheEndOfALineIsSkipped() {
        assertThat(EventLines.parse(new byte[64], 64))
                .isEqualTo(new EventLines.Parsed(List.of(), 64, 0, "it is longer than 64 bytes"));
        assertThat(EventLines.parse(new byte[63], 64))
                .as("half a line waits for its rest")
                .isEqualTo(new EventLines.Parsed(List.of(), 0, 0, null));
    }
}
