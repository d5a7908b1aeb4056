package dev.trine.workload;

import dev.trine.lib.workload.Executor.Channel;
import dev.trine.shared.EventStream;
import dev.trine.shared.Json;
import dev.trine.workload.Workload.Attempt;
import dev.trine.workload.Workloads.LogSlice;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * A workload as server-sent events. Its output: {@code log} events ({@code stream}, {@code attempt}, {@code offset}, {@code text}),
 * then {@code end}. An event's id is {@code attempt.stdout.stderr}, the byte offsets after it; sent back as {@code
 * Last-Event-ID}, the stream goes on right there.
 */
@Component
public class WorkloadStreams {

    private static final int PIECE = 64 * 1024;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Workloads workloads;

    WorkloadStreams(Workloads workloads) {
        this.workloads = workloads;
    }

    /**
     * One piece of output.
     *
     * @param stream {@code stdout} or {@code stderr}
     * @param offset where it begins, in bytes
     */
    public record LogEvent(
            @Schema(allowableValues = {"stdout", "stderr"}) String stream, int attempt, long offset, String text) {}

    /** How it ended. */
    public record EndEvent(WorkloadState state) {}

    /** The output of all attempts, one after the other. */
    public void logs(WorkloadId id, @Nullable String lastEventId, HttpServletResponse response) throws IOException {
        var position = Position.parse(lastEventId);
        try (EventStream stream = EventStream.open(response);
                var _ = workloads.onOutput(id, stream::wake)) {
            while (true) {
                Workload workload = workloads.get(id);
                position = position.atOrAfter(workload.attempts());
                boolean more = false;
                boolean complete = true;
                for (Channel channel : new Channel[] {Channel.STDOUT, Channel.STDERR}) {
                    LogSlice slice = workloads.logs(workload, position.attempt, channel, position.of(channel), PIECE);
                    int whole = WorkloadLogs.wholeCharacters(slice.bytes(), slice.complete());
                    complete &= slice.complete();
                    if (whole > 0) {
                        long offset = position.of(channel);
                        position.offsets.put(channel, offset + whole);
                        String text = new String(slice.bytes(), 0, whole, StandardCharsets.UTF_8);
                        String name = channel == Channel.STDOUT ? "stdout" : "stderr";
                        stream.send(
                                position.id(), "log", Json.write(new LogEvent(name, position.attempt, offset, text)));
                        more = true;
                    }
                }
                if (more) {
                    continue;
                }
                if (complete && position.isBefore(workload.attempts())) {
                    position = new Position(position.attempt + 1);
                } else if (complete && workload.state().ended()) {
                    stream.send(position.id(), "end", Json.write(new EndEvent(workload.state())));
                    return;
                } else {
                    stream.await(LOOK_AGAIN);
                }
            }
        }
    }

    /**
     * How something stands that runs.
     *
     * @param shown what a {@code state} event tells of it
     * @param version another one after every change
     */
    public record Standing(Object shown, WorkloadState state, long version) {}

    /** Looks how something stands; may send events of its own before it is told. */
    @FunctionalInterface
    public interface Look {
        Standing at(EventStream stream) throws IOException;
    }

    /**
     * The changes of what a workload runs for: a {@code state} event with how it stands, again after every change, then {@code
     * end}.
     */
    public void changes(WorkloadId id, HttpServletResponse response, Look look) throws IOException {
        long version = -1;
        try (EventStream stream = EventStream.open(response);
                var _ = workloads.onOutput(id, stream::wake)) {
            while (true) {
                Standing now = look.at(stream);
                if (now.version() != version) {
                    version = now.version();
                    stream.send(String.valueOf(version), "state", Json.write(now.shown()));
                }
                if (now.state().ended()) {
                    stream.send(String.valueOf(version), "end", Json.write(new EndEvent(now.state())));
                    return;
                }
                stream.await(LOOK_AGAIN);
            }
        }
    }

    /** How far a reader is. */
    private static final class Position {

        private final int attempt;
        private final Map<Channel, Long> offsets = new EnumMap<>(Channel.class);

        Position(int attempt) {
            this.attempt = attempt;
        }

        static Position parse(@Nullable String id) {
            String[] parts = id == null ? new String[0] : id.split("\\.", -1);
            if (parts.length != 3) {
                return new Position(1);
            }
            try {
                var position = new Position(Math.max(1, Integer.parseInt(parts[0])));
                position.offsets.put(Channel.STDOUT, Math.max(0, Long.parseLong(parts[1])));
                position.offsets.put(Channel.STDERR, Math.max(0, Long.parseLong(parts[2])));
                return position;
            } catch (NumberFormatException notOurs) {
                return new Position(1);
            }
        }

        /** The same, or the begin of the next attempt that is still known. */
        Position atOrAfter(List<Attempt> attempts) {
            int known = attempts.stream()
                    .mapToInt(Attempt::number)
                    .filter(number -> number >= attempt)
                    .findFirst()
                    .orElse(attempt);
            return known == attempt ? this : new Position(known);
        }

        boolean isBefore(List<Attempt> attempts) {
            return !attempts.isEmpty() && attempts.getLast().number() > attempt;
        }

        long of(Channel channel) {
            return offsets.getOrDefault(channel, 0L);
        }

        String id() {
            return attempt + "." + of(Channel.STDOUT) + "." + of(Channel.STDERR);
        }
    }
}
