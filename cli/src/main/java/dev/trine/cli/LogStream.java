package dev.trine.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Prints a workload's output as it comes. */
public final class LogStream {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);
    private static final Pattern EPOCH = Pattern.compile("epoch (\\d+)/(\\d+)\\b.*");

    private final Api api;
    private final String path;
    private final Sink sink;
    private @Nullable String position;

    private LogStream(Api api, String path, Sink sink) {
        this.api = api;
        this.path = path;
        this.sink = sink;
    }

    /** Receives pieces of output. */
    @FunctionalInterface
    public interface Sink {
        void accept(String stream, String text);
    }

    /**
     * Reads a stream of {@code log} events to its {@code end}. A stream that breaks off is taken up again at the very byte, so
     * that nothing is lost or told twice.
     *
     * @return the final state
     */
    public static String follow(Api api, String path, Sink sink) {
        return new LogStream(api, path, sink).toTheEnd();
    }

    /** The same for people as text, with a bar for what tells its epochs, and for programs as one JSON object a line. */
    static String follow(Api api, String path, Output output) {
        ProgressBar bar = ProgressBar.of("training", output);
        try {
            return follow(api, path, (stream, text) -> {
                if (output.forPeople()) {
                    print(stream, text, bar);
                } else {
                    output.line(
                            Api.JSON.createObjectNode().put("stream", stream).put("text", text));
                }
            });
        } finally {
            bar.end();
        }
    }

    private static void print(String stream, String text, ProgressBar bar) {
        var target = stream.equals("stderr") ? System.err : System.out;
        if (!bar.visible()) {
            target.print(text);
            target.flush();
            return;
        }
        text.lines().forEach(line -> {
            Matcher epoch = EPOCH.matcher(line);
            if (epoch.matches()) {
                bar.show(Long.parseLong(epoch.group(1)), Long.parseLong(epoch.group(2)));
            } else {
                bar.clear();
                target.println(line);
            }
        });
        target.flush();
    }

    private String toTheEnd() {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            String before = position;
            String broken;
            try {
                String state = read();
                if (state != null) {
                    return state;
                }
                broken = "the log stream ended before the job did";
            } catch (IOException e) {
                broken = "the log stream broke off: " + e.getMessage();
            } catch (CliException e) {
                if (e.exitCode() != ExitCode.UNREACHABLE) {
                    throw e;
                }
                broken = String.valueOf(e.getMessage());
            }
            if (position != null && !position.equals(before)) {
                giveUp = System.nanoTime() + PATIENCE.toNanos();
                pause = FIRST_PAUSE;
            }
            if (System.nanoTime() > giveUp) {
                throw new CliException(ExitCode.UNREACHABLE, broken);
            }
            Api.pause(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    /** Reads until the stream ends; the final state, or null when it ended without one. */
    private @Nullable String read() throws IOException {
        try (var lines =
                new BufferedReader(new InputStreamReader(api.stream(path, position), StandardCharsets.UTF_8))) {
            String event = "";
            String id = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    JsonNode data = Api.JSON.readTree(line.substring(6));
                    if (event.equals("end")) {
                        return data.path("state").asString("");
                    }
                    sink.accept(
                            data.path("stream").asString(""), data.path("text").asString(""));
                    position = id;
                }
            }
            return null;
        }
    }
}
