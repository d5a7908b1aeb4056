package dev.trine.tracing;

import dev.trine.experiment.ExperimentId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A trace as its spans tell it, when nobody has told it as a whole. */
final class SpanSummary {

    /** Characters. */
    private static final int LONGEST_PREVIEW = 1_000;

    private SpanSummary() {}

    /** @param spans at least one */
    static Trace of(String id, ExperimentId experiment, List<TraceSpan> spans) {
        return spans.stream()
                .filter(span -> span.parentId() == null)
                .findFirst()
                .map(root -> whole(id, experiment, root))
                .orElseGet(() -> new Trace(
                        id,
                        experiment,
                        null,
                        null,
                        null,
                        moment(spans.stream()
                                .mapToLong(TraceSpan::startNanos)
                                .min()
                                .orElse(0)),
                        null,
                        Trace.State.IN_PROGRESS,
                        Map.of(),
                        Trace.SPANS_HERE,
                        List.of()));
    }

    private static Trace whole(String id, ExperimentId experiment, TraceSpan root) {
        boolean over = root.endNanos() > 0;
        Trace.State ended = root.status() == TraceSpan.Status.ERROR ? Trace.State.ERROR : Trace.State.OK;
        return new Trace(
                id,
                experiment,
                null,
                preview(root.attributes().get(TraceSpan.INPUTS)),
                preview(root.attributes().get(TraceSpan.OUTPUTS)),
                moment(root.startNanos()),
                over ? Duration.ofNanos(Math.max(0, root.endNanos() - root.startNanos())) : null,
                over ? ended : Trace.State.IN_PROGRESS,
                Map.of(),
                tags(root),
                List.of());
    }

    private static Map<String, String> tags(TraceSpan root) {
        var tags = new HashMap<>(Trace.SPANS_HERE);
        tags.put(Trace.NAME, root.name());
        return tags;
    }

    private static Instant moment(long nanos) {
        return Instant.EPOCH.plusNanos(nanos);
    }

    private static @Nullable String preview(@Nullable String text) {
        return text == null || text.length() <= LONGEST_PREVIEW ? text : text.substring(0, LONGEST_PREVIEW - 3) + "...";
    }
}
