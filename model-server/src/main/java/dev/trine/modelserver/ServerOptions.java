package dev.trine.modelserver;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to serve and where.
 *
 * @param port 0 for any free one
 * @param maxBodyBytes requests larger than this are refused
 * @param events file that is told the port; null outside of a workload
 */
public record ServerOptions(
        String name,
        String version,
        Path modelFolder,
        String host,
        int port,
        int maxBodyBytes,
        @Nullable Path events) {

    private static final int DEFAULT_MAX_BODY = 64 << 20;
    private static final Set<String> KNOWN =
            Set.of("--name", "--version", "--model-dir", "--host", "--port", "--max-body");

    /**
     * Reads {@code --name N --version V [--model-dir D] [--host H] [--port P] [--max-body BYTES]}.
     *
     * @throws IllegalArgumentException naming the argument that is wrong
     */
    static ServerOptions parse(String[] args, Map<String, String> environment) {
        var given = new HashMap<String, String>();
        for (int i = 0; i < args.length; i += 2) {
            if (!KNOWN.contains(args[i]) || i + 1 == args.length) {
                throw new IllegalArgumentException("'%s' is not one of %s with a value"
                        .formatted(args[i], KNOWN.stream().sorted().toList()));
            }
            given.put(args[i], args[i + 1]);
        }
        String name = given.get("--name");
        if (name == null) {
            throw new IllegalArgumentException("--name is needed");
        }
        String inputs = environment.get("TRINE_INPUTS");
        String folder = given.getOrDefault("--model-dir", inputs == null ? "model" : inputs + "/model");
        String events = environment.get("TRINE_EVENTS");
        return new ServerOptions(
                name,
                given.getOrDefault("--version", "1"),
                Path.of(folder),
                given.getOrDefault("--host", "127.0.0.1"),
                Integer.parseInt(given.getOrDefault("--port", "0")),
                Integer.parseInt(given.getOrDefault("--max-body", Integer.toString(DEFAULT_MAX_BODY))),
                events == null ? null : Path.of(events));
    }
}
