package dev.trine.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** Prints a workload's output as it comes. */
public final class LogStream {

    private LogStream() {}

    /**
     * Reads a stream of {@code log} events to its {@code end}.
     *
     * @return the final state
     */
    static String follow(Api api, String path, Output output) {
        return follow(api, path, (stream, text) -> {
            if (output.forPeople()) {
                (stream.equals("stderr") ? System.err : System.out).print(text);
                System.out.flush();
            }
        });
    }

    /** Receives pieces of output. */
    @FunctionalInterface
    public interface Sink {
        void accept(String stream, String text);
    }

    /** The same for any receiver; the final state. */
    public static String follow(Api api, String path, Sink sink) {
        try (var lines = new BufferedReader(new InputStreamReader(api.stream(path), StandardCharsets.UTF_8))) {
            String event = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    event = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    JsonNode data = Api.JSON.readTree(line.substring(6));
                    if (event.equals("end")) {
                        return data.path("state").asString("");
                    }
                    sink.accept(
                            data.path("stream").asString(""), data.path("text").asString(""));
                }
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.UNREACHABLE, "the log stream broke off: " + e.getMessage());
        }
        throw new CliException(ExitCode.UNREACHABLE, "the log stream ended before the job did");
    }
}
