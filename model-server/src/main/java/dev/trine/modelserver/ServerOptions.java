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
 * @param maxBodyBytes requests larger than this are refused with 413
 * @param maxInFlightBytes requests that would make those that are being received, wait, run or are answered larger than this, with
 *     their answers, are refused with 429; one that is alone, with 413
 * @param events file that is told the port; null outside of a workload
 */
public record ServerOptions(
        String name,
        String version,
        Path modelFolder,
        String host,
        int port,
        int maxBodyBytes,
        long maxInFlightBytes,
        @Nullable Path events) {

    private static final long MOST_BY_DEFAULT = 64 << 20;

    /** What requests and answers may take of the heap: while a body grows there are one and a half of it. */
    private static final int SHARE_OF_HEAP = 4;

    private static final Set<String> KNOWN =
            Set.of("--name", "--version", "--model-dir", "--host", "--port", "--max-body", "--max-in-flight");

    public ServerOptions {
        if (maxInFlightBytes < Math.max(maxBodyBytes, RequestBody.LEAST)) {
            throw new IllegalArgumentException(
                    "--max-in-flight must be %d at the least, the size of one request, was %d"
                            .formatted(Math.max(maxBodyBytes, RequestBody.LEAST), maxInFlightBytes));
        }
    }

    /**
     * Reads {@code --name N --version V [--model-dir D] [--host H] [--port P] [--max-body BYTES] [--max-in-flight BYTES]}; as a
     * workload it finds the folder and the host in the environment. Bodies in flight may by default take a quarter of the heap, a
     * single one that, too, but at most 64 MiB.
     *
     * @param heap the most that the JVM's heap may grow to, bytes
     * @throws IllegalArgumentException naming the argument that is wrong
     */
    static ServerOptions parse(String[] args, Map<String, String> environment, long heap) {
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
        long bodies = heap / SHARE_OF_HEAP;
        int maxBody = (int) number(given, "--max-body", Math.min(bodies, MOST_BY_DEFAULT), Integer.MAX_VALUE);
        long inFlight = number(given, "--max-in-flight", Math.max(bodies, maxBody), Long.MAX_VALUE);
        return new ServerOptions(
                name,
                given.getOrDefault("--version", "1"),
                Path.of(folder),
                given.getOrDefault("--host", environment.getOrDefault("TRINE_LISTEN", "127.0.0.1")),
                (int) number(given, "--port", 0, 65_535),
                maxBody,
                inFlight,
                events == null ? null : Path.of(events));
    }

    private static long number(Map<String, String> given, String option, long otherwise, long most) {
        String text = given.get(option);
        if (text == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException none) {
            // told below like any other that does not do
        }
        throw new IllegalArgumentException("%s must be between 0 and %d, was '%s'".formatted(option, most, text));
    }
}
