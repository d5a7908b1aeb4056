package dev.trine.workload;

import dev.trine.lib.workload.WorkloadEvent;
import dev.trine.shared.UnkeepableText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the lines that a program appends to its events file. */
final class EventLines {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_KEY = 250;
    /** Characters; MLflow's own limit of a param. */
    private static final int MOST_VALUE = 6_000;

    private EventLines() {}

    /**
     * What whole lines say.
     *
     * @param bytesRead how many bytes they take; half a line at the end waits for its rest
     */
    record Parsed(List<WorkloadEvent> events, int bytesRead) {
        Parsed {
            events = List.copyOf(events);
        }
    }

    /**
     * @param most how many bytes were asked for; so many without one end of a line are no event, and are skipped, because they
     *     would hide everything after them
     */
    static Parsed parse(byte[] bytes, int most) {
        var events = new ArrayList<WorkloadEvent>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                event(new String(bytes, start, i - start, StandardCharsets.UTF_8))
                        .ifPresent(events::add);
                start = i + 1;
            }
        }
        return new Parsed(events, start == 0 && bytes.length >= most ? bytes.length : start);
    }

    /** Empty for anything that is not an event we know: a program must not be able to break its own workload. */
    private static Optional<WorkloadEvent> event(String line) {
        try {
            JsonNode node = JSON.readTree(line);
            String key = node.path("key").asString("");
            String value = node.path("value").asString("");
            boolean keyed = !key.isEmpty() && key.length() <= MOST_KEY && keepable(key);
            boolean paired = keyed && keepable(value);
            return switch (node.path("type").asString("")) {
                case "param" -> paired ? Optional.of(new WorkloadEvent.Param(key, shortened(value))) : Optional.empty();
                case "tag" -> paired ? Optional.of(new WorkloadEvent.Tag(key, shortened(value))) : Optional.empty();
                case "metric" ->
                    keyed && Double.isFinite(node.path("value").asDouble(Double.NaN))
                            ? Optional.of(new WorkloadEvent.Metric(
                                    key,
                                    node.path("value").doubleValue(),
                                    node.path("step").asLong(0),
                                    node.path("timestamp").asLong(0)))
                            : Optional.empty();
                case "listening" -> {
                    JsonNode port = node.path("port");
                    yield port.isInt() && port.intValue() > 0 && port.intValue() < 65_536
                            ? Optional.of(new WorkloadEvent.Listening(port.intValue()))
                            : Optional.empty();
                }
                case "progress" ->
                    Optional.of(new WorkloadEvent.Progress(
                            node.path("done").asLong(0), node.path("total").asLong(0)));
                default -> Optional.empty();
            };
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    private static boolean keepable(String text) {
        return UnkeepableText.problem(text).isEmpty();
    }

    private static String shortened(String value) {
        if (value.length() <= MOST_VALUE) {
            return value;
        }
        boolean inCharacter = Character.isHighSurrogate(value.charAt(MOST_VALUE - 1));
        return value.substring(0, inCharacter ? MOST_VALUE - 1 : MOST_VALUE);
    }
}
