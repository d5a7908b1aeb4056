package dev.trine.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "logs", mixinStandardHelpOptions = true, description = "Shows a training job's output.")
final class LogsCommand implements Callable<Integer> {

    @Mixin
    private Session session = new Session();

    @Parameters(paramLabel = "JOB", description = "the job's id")
    private String job = "";

    @Option(
            names = {"-f", "--follow"},
            description = "go on until the job ends")
    private boolean follow;

    @Override
    public Integer call() {
        Api api = session.api();
        Output output = session.output();
        String path = "/api/v1/training/jobs/" + job;
        if (follow) {
            String state = LogStream.follow(api, path + "/logs/stream", output);
            JsonNode ended = api.get(path);
            output.say(state + TrainCommand.reason(ended));
            output.line(ended);
            return state.equals("SUCCEEDED") ? ExitCode.OK : ExitCode.FAILED;
        }
        for (String stream : new String[] {"stdout", "stderr"}) {
            long offset = 0;
            while (true) {
                JsonNode slice = api.get("%s/logs?stream=%s&offset=%d".formatted(path, stream, offset));
                String text = slice.path("text").asString("");
                if (text.isEmpty()) {
                    break;
                }
                if (output.forPeople()) {
                    (stream.equals("stderr") ? System.err : System.out).print(text);
                } else {
                    output.line(
                            Api.JSON.createObjectNode().put("stream", stream).put("text", text));
                }
                offset = slice.path("nextOffset").asLong();
            }
        }
        return ExitCode.OK;
    }
}
