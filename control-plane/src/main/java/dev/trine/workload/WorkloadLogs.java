package dev.trine.workload;

import dev.trine.lib.workload.Executor.Channel;
import dev.trine.shared.TrineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** A workload's output as text, piece by piece. */
@Component
public class WorkloadLogs {

    private static final int MOST_BYTES = 1 << 20;

    private final Workloads workloads;

    WorkloadLogs(Workloads workloads) {
        this.workloads = workloads;
    }

    /**
     * A piece of output.
     *
     * @param nextOffset the byte to go on from
     * @param complete whether nothing follows
     */
    public record LogText(String text, long nextOffset, boolean complete) {}

    /**
     * @param stream {@code stdout} or {@code stderr}
     * @param attempt number of the attempt; null for the last
     * @param offset the byte to begin with
     * @param limit how many bytes at most, 4 to 1,048,576
     * @throws TrineException {@code VALIDATION_FAILED}
     */
    public LogText read(Workload workload, String stream, @Nullable Integer attempt, long offset, int limit)
            throws IOException {
        if (offset < 0) {
            throw TrineException.invalid("offset", "must not be negative, was " + offset);
        }
        if (limit < 4 || limit > MOST_BYTES) {
            throw TrineException.invalid("limit", "must be between 4 and %d, was %d".formatted(MOST_BYTES, limit));
        }
        int number = attempt == null ? last(workload) : attempt;
        var slice = workloads.logs(workload, number, channel(stream), offset, limit);
        int whole = wholeCharacters(slice.bytes(), slice.complete());
        return new LogText(
                new String(slice.bytes(), 0, whole, StandardCharsets.UTF_8), offset + whole, slice.complete());
    }

    /** The number of the attempt that runs or ran last; of many, only the last ones are known. */
    private static int last(Workload workload) {
        return workload.attempts().isEmpty() ? 1 : workload.attempts().getLast().number();
    }

    private static Channel channel(String stream) {
        return switch (stream.toLowerCase(Locale.ROOT)) {
            case "stdout" -> Channel.STDOUT;
            case "stderr" -> Channel.STDERR;
            default -> throw TrineException.invalid("stream", "must be stdout or stderr, was '%s'".formatted(stream));
        };
    }

    /** How many bytes at the start are whole UTF-8 characters; at the very end all of them. */
    static int wholeCharacters(byte[] bytes, boolean complete) {
        if (complete) {
            return bytes.length;
        }
        for (int back = 1; back <= Math.min(3, bytes.length); back++) {
            int lead = bytes[bytes.length - back] & 0xff;
            int needs = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : lead >= 0x80 ? 0 : 1;
            if (needs > 0) {
                return needs > back ? bytes.length - back : bytes.length;
            }
        }
        return bytes.length;
    }
}
