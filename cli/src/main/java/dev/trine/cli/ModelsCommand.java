package dev.trine.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        description = "Lists registered models.",
        subcommands = ModelsCommand.Register.class)
final class ModelsCommand implements Callable<Integer> {

    @Mixin
    private Session session = new Session();

    @Override
    public Integer call() {
        session.output()
                .list(
                        session.api().get("/api/v1/models").path("items"),
                        "NAME=name",
                        "LATEST=latestVersion",
                        "ALIASES=aliases",
                        "UPDATED=updatedAt");
        return ExitCode.OK;
    }

    @Command(
            name = "register",
            mixinStandardHelpOptions = true,
            description = "Registers what a training job made as a model's next version.")
    static final class Register implements Callable<Integer> {

        @Mixin
        private Session session = new Session();

        @Parameters(index = "0", paramLabel = "NAME", description = "the model, made if need be")
        private String name = "";

        @Parameters(index = "1", paramLabel = "JOB", description = "the training job's id")
        private String job = "";

        @Option(names = "--alias", description = "point this alias at it, e.g. champion")
        private @Nullable String alias;

        @Override
        public Integer call() {
            Api api = session.api();
            JsonNode trained = api.get("/api/v1/training/jobs/" + job);
            boolean known = false;
            for (JsonNode model : api.get("/api/v1/models?pageSize=500").path("items")) {
                known |= model.path("name").asString("").equals(name);
            }
            if (!known) {
                api.post("/api/v1/models", Map.of("name", name));
            }
            JsonNode version = api.post(
                    "/api/v1/models/" + name + "/versions",
                    Map.of("runId", trained.path("runId").asString()));
            int number = version.path("version").asInt();
            if (alias != null) {
                version = api.put("/api/v1/models/%s/aliases/%s".formatted(name, alias), Map.of("version", number));
            }
            Output output = session.output();
            output.say("%s version %d, digest %s"
                    .formatted(name, number, version.path("digest").asString("")));
            output.answer(version);
            return ExitCode.OK;
        }
    }
}
