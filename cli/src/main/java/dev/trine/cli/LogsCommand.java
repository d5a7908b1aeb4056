package dev.trine.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "logs",
        mixinStandardHelpOptions = true,
        description = "Shows the output of a training job, an evaluation or any other workload.")
final class LogsCommand implements Callable<Integer> {

    @Mixin
    private Session session = new Session();

    @Parameters(paramLabel = "ID", description = "a training job's, an evaluation's or a workload's id")
    private String id = "";

    @Option(
            names = {"-f", "--follow"},
            description = "go on until it ends")
    private boolean follow;

    @Override
    public Integer call() {
        Api api = session.api();
        Output output = session.output();
        String shown = path(id);
        String workload = "/api/v1/workloads/" + workload(api, shown);
        if (follow) {
            String state = LogStream.follow(api, workload + "/logs/stream", output);
            JsonNode ended = api.get(shown);
            output.say(state + TrainCommand.reason(ended));
            output.line(ended);
            return state.equals("SUCCEEDED") ? ExitCode.OK : ExitCode.FAILED;
        }
        for (String stream : new String[] {"stdout", "stderr"}) {
            long offset = 0;
            while (true) {
                JsonNode slice = api.get("%s/logs?stream=%s&offset=%d".formatted(workload, stream, offset));
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

    /** Where that is whose output is meant; its id says of which kind it is. */
    static String path(String id) {
        return switch (id.substring(0, id.indexOf('_') + 1)) {
            case "job_" -> "/api/v1/training/jobs/" + id;
            case "evl_" -> "/api/v1/evaluation/jobs/" + id;
            case "wl_" -> "/api/v1/workloads/" + id;
            default ->
                throw new CliException(
                        ExitCode.USAGE,
                        "'%s' is not the id of a job (job_…), an evaluation (evl_…) or a workload (wl_…)"
                                .formatted(id));
        };
    }

    private static String workload(Api api, String path) {
        JsonNode found = api.get(path);
        return found.path("workloadId").asString(found.path("id").asString());
    }
}
