package dev.trine.workload;

import dev.trine.lib.workload.WorkloadEvent;
import dev.trine.shared.UnkeepableText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
     * @param ignored how many lines that say nothing which can be kept end here
     * @param firstIgnored what is wrong with the first such line that ends or begins here; null if there is none
     */
    record Parsed(
            List<WorkloadEvent> events,
            int bytesRead,
            int ignored,
            @Nullable String firstIgnored) {
        Parsed {
            events = List.copyOf(events);
        }

        /** The same with one more line that says nothing which can be kept. */
        Parsed withWarning(String why) {
            return new Parsed(events, bytesRead, ignored + 1, firstIgnored == null ? why : firstIgnored);
        }
    }

    /**
     * @param most how many bytes were asked for; so many without one end of a line are no event, and are skipped, because they
     *     would hide everything after them
     */
    static Parsed parse(byte[] bytes, int most) {
        var events = new ArrayList<WorkloadEvent>();
        var wrong = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                try {
                    events.add(event(new String(bytes, start, i - start, StandardCharsets.UTF_8)));
                } catch (NoEvent e) {
                    wrong.add(e.why);
                }
                start = i + 1;
            }
        }
        if (start == 0 && bytes.length >= most) {
            return new Parsed(List.of(), bytes.length, 0, "it is longer than %d bytes".formatted(most));
        }
        return new Parsed(events, start, wrong.size(), wrong.isEmpty() ? null : wrong.getFirst());
    }

    /** What the very last line says, which no end of a line follows. */
    static Parsed parseLast(byte[] bytes) {
        if (bytes.length == 0) {
            return new Parsed(List.of(), 0, 0, null);
        }
        byte[] ended = Arrays.copyOf(bytes, bytes.length + 1);
        ended[bytes.length] = '\n';
        Parsed parsed = parse(ended, Integer.MAX_VALUE);
        return new Parsed(parsed.events(), bytes.length, parsed.ignored(), parsed.firstIgnored());
    }

    /** The first whole line alone; for when all of them together cannot be kept. */
    static byte[] firstLine(byte[] bytes) {
        int end = 0;
        while (bytes[end] != '\n') {
            end++;
        }
        return Arrays.copyOf(bytes, end + 1);
    }

    private static WorkloadEvent event(String line) throws NoEvent {
        JsonNode node = node(line);
        String type = node.path("type").asString("");
        return switch (type) {
            case "param" -> new WorkloadEvent.Param(key(node), value(node));
            case "tag" -> new WorkloadEvent.Tag(key(node), value(node));
            case "metric" -> {
                String key = key(node);
                double value = node.path("value").asDouble(Double.NaN);
                require(Double.isFinite(value), "its value is not a finite number");
                yield new WorkloadEvent.Metric(
                        key,
                        value,
                        node.path("step").asLong(0),
                        node.path("timestamp").asLong(0));
            }
            case "listening" -> {
                JsonNode port = node.path("port");
                require(
                        port.isInt() && port.intValue() > 0 && port.intValue() < 65_536,
                        "its port is not a number from 1 to 65535");
                yield new WorkloadEvent.Listening(port.intValue());
            }
            case "progress" ->
                new WorkloadEvent.Progress(
                        node.path("done").asLong(0), node.path("total").asLong(0));
            default -> throw new NoEvent("its type is none of param, tag, metric, progress, listening");
        };
    }

    private static JsonNode node(String line) throws NoEvent {
        try {
            JsonNode node = JSON.readTree(line);
            require(node.isObject(), "it is not a JSON object");
            return node;
        } catch (JacksonException e) {
            throw new NoEvent("it is not a JSON object");
        }
    }

    private static String key(JsonNode node) throws NoEvent {
        String key = node.path("key").asString("");
        require(
                !key.isEmpty() && key.length() <= MOST_KEY,
                "its key does not have between 1 and %d characters".formatted(MOST_KEY));
        require(UnkeepableText.problem(key).isEmpty(), "its key has a character that is none");
        return key;
    }

    private static String value(JsonNode node) throws NoEvent {
        String value = node.path("value").asString("");
        require(UnkeepableText.problem(value).isEmpty(), "its value has a character that is none");
        return ForeignText.cut(value, MOST_VALUE);
    }

    private static void require(boolean holds, String otherwise) throws NoEvent {
        if (!holds) {
            throw new NoEvent(otherwise);
        }
    }

    /** A line that is no event we know: a program must not be able to break its own workload. */
    private static final class NoEvent extends Exception {

        private static final long serialVersionUID = 1;
        private final String why;

        private NoEvent(String why) {
            super(why, null, false, false);
            this.why = why;
        }
    }
}
