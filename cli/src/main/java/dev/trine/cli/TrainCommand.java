package dev.trine.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "train",
        description = "Submits a training job: a built-in algorithm, or after -- a command of your own.")
final class TrainCommand implements Callable<Integer> {

    @Mixin
    private Session session = new Session();

    // not the standard help options: theirs has --version, which here is the dataset's
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // that it is there is what counts
    private boolean help;

    @Option(names = "--name", defaultValue = "training", description = "for people (default: ${DEFAULT-VALUE})")
    private String name = "training";

    @Option(names = "--dataset", required = true, paramLabel = "NAME", description = "what to read")
    private String dataset = "";

    @Option(names = "--version", paramLabel = "N", description = "its version (default: the latest)")
    private @Nullable Integer version;

    @Option(names = "--split", description = "one of its splits")
    private @Nullable String split;

    @Option(names = "--label", paramLabel = "COLUMN", description = "the column to predict")
    private @Nullable String label;

    @Option(
            names = "--algorithm",
            defaultValue = "logistic-regression",
            description = "logistic-regression or factorization-machine (default: ${DEFAULT-VALUE})")
    private String algorithm = "logistic-regression";

    @Option(
            names = {"-p", "--param"},
            paramLabel = "KEY=VALUE",
            description = "of the algorithm, e.g. epochs=50")
    private Map<String, String> params = new LinkedHashMap<>();

    @Option(names = "--timeout", paramLabel = "DURATION", description = "ISO 8601, e.g. PT10M")
    private @Nullable String timeout;

    @Option(
            names = "--code",
            paramLabel = "FILE",
            description = "a file of the command's own, sent along; it lies in ../inputs/code ($TRINE_INPUTS/code)")
    private List<Path> code = List.of();

    @Option(
            names = "--network",
            description =
                    "what the command may reach: none, platform (the default), or internet where the project allows it")
    private @Nullable String network;

    @Option(
            names = {"-f", "--follow"},
            description = "wait for the end and show the log")
    private boolean follow;

    @Parameters(paramLabel = "COMMAND", description = "executable and arguments", arity = "0..*")
    private List<String> command = List.of();

    @Override
    public Integer call() {
        if (!code.isEmpty() && command.isEmpty()) {
            throw new CliException(ExitCode.USAGE, "--code needs a command of your own, after --");
        }
        if (network != null && command.isEmpty()) {
            throw new CliException(ExitCode.USAGE, "--network needs a command of your own, after --");
        }
        for (Path file : code) {
            if (!Files.isReadable(file)) {
                throw new CliException(ExitCode.USAGE, "cannot read " + file);
            }
        }
        Api api = session.api();
        Output output = session.output();
        var data = new HashMap<String, Object>(Map.of("dataset", dataset));
        put(data, "version", version);
        put(data, "split", split);
        put(data, "labelColumn", label);
        var spec = new HashMap<String, Object>(Map.of("name", name, "data", data, "program", program(api, output)));
        put(spec, "timeout", timeout);
        JsonNode job = api.post("/api/v1/training/jobs", spec);
        String id = job.path("id").asString();
        output.say("submitted " + id);
        if (!follow) {
            output.answer(job);
            return ExitCode.OK;
        }
        String state = LogStream.follow(api, "/api/v1/training/jobs/" + id + "/logs/stream", output);
        job = api.get("/api/v1/training/jobs/" + id);
        output.answer(job);
        output.say(state + reason(job));
        return state.equals("SUCCEEDED") ? ExitCode.OK : ExitCode.FAILED;
    }

    static String reason(JsonNode job) {
        return job.hasNonNull("reason")
                ? ": " + job.path("reason").path("message").asString("")
                : "";
    }

    private Map<String, Object> program(Api api, Output output) {
        if (!command.isEmpty()) {
            List<String> uploads =
                    code.stream().map(file -> Upload.send(api, file, output)).toList();
            var program = new HashMap<String, Object>(Map.of("kind", "command", "command", command, "code", uploads));
            put(program, "network", network);
            return program;
        }
        var numbers = new LinkedHashMap<String, Object>();
        params.forEach((key, value) -> numbers.put(key, number(key, value)));
        return Map.of("kind", "builtin", "algorithm", algorithm, "params", numbers);
    }

    private static Number number(String key, String value) {
        try {
            return value.matches("-?\\d+") ? (Number) Long.valueOf(value) : (Number) Double.valueOf(value);
        } catch (NumberFormatException e) {
            throw new CliException(ExitCode.USAGE, "--param %s: '%s' is not a number".formatted(key, value));
        }
    }

    private static void put(Map<String, Object> body, String key, @Nullable Object value) {
        if (value != null) {
            body.put(key, value);
        }
    }
}
