package dev.trine.runner;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What every workload is given: its folders, its spec, and a file for events.
 *
 * @param inputs {@code $TRINE_INPUTS}
 * @param outputs {@code $TRINE_OUTPUTS}
 * @param events {@code $TRINE_EVENTS}
 * @param spec {@code $TRINE_SPEC}, JSON
 */
record World(Path inputs, Path outputs, Path events, String spec) {

    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    static World fromEnvironment() {
        return new World(path("TRINE_INPUTS"), path("TRINE_OUTPUTS"), path("TRINE_EVENTS"), variable("TRINE_SPEC"));
    }

    private static Path path(String name) {
        return Path.of(variable(name));
    }

    private static String variable(String name) {
        String value = System.getenv(name);
        if (value == null || value.isBlank()) {
            throw new WrongInputException("the environment variable %s is needed".formatted(name));
        }
        return value;
    }

    <T> T spec(Class<T> type) {
        try {
            return JSON.readValue(spec, type);
        } catch (JacksonException e) {
            throw new WrongInputException("TRINE_SPEC is not what is expected: " + e.getOriginalMessage());
        }
    }

    void param(String key, Object value) throws IOException {
        append(Map.of("type", "param", "key", key, "value", String.valueOf(value)));
    }

    void metric(String key, double value, long step) throws IOException {
        var event = new LinkedHashMap<String, Object>();
        event.put("type", "metric");
        event.put("key", key);
        event.put("value", value);
        event.put("step", step);
        event.put("timestamp", System.currentTimeMillis());
        append(event);
    }

    void progress(long done, long total) throws IOException {
        append(Map.of("type", "progress", "done", done, "total", total));
    }

    /** One line, written whole, so that a reader never sees half of it for long. */
    private void append(Map<String, Object> event) throws IOException {
        String line = JSON.writeValueAsString(event) + "\n";
        Files.write(
                events, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
