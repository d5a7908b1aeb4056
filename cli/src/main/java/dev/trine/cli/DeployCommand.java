package dev.trine.cli;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(name = "deploy", mixinStandardHelpOptions = true, description = "Serves a registered model.")
final class DeployCommand implements Callable<Integer> {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    @Mixin
    private Session session = new Session();

    @Parameters(paramLabel = "MODEL", description = "name, name/version or name@alias")
    private String model = "";

    @Option(names = "--name", description = "the service's name (default: the model's)")
    private @Nullable String name;

    @Option(names = "--replicas", defaultValue = "1", description = "how many (default: ${DEFAULT-VALUE})")
    private int replicas;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "wait (default: ${DEFAULT-VALUE})")
    private int timeout;

    @Override
    public Integer call() throws InterruptedException {
        Api api = session.api();
        Output output = session.output();
        Map<String, Object> reference = reference(api);
        String modelName = String.valueOf(reference.get("name"));
        JsonNode service = api.post(
                "/api/v1/inference/services",
                Map.of("name", name == null ? modelName : name, "model", reference, "replicas", replicas));
        String path = "/api/v1/inference/services/" + service.path("id").asString();
        service = Polling.until(
                        Duration.ofSeconds(timeout),
                        LOOK_AGAIN,
                        () -> Optional.of(api.get(path))
                                .filter(seen -> !seen.path("state").asString("").equals("DEPLOYING")))
                .orElse(service);
        String state = service.path("state").asString("");
        output.say("%s is %s%s".formatted(service.path("name").asString(""), state, TrainCommand.reason(service)));
        output.say("%s%s/v2/models/%s/infer"
                .formatted(session.server(), service.path("url").asString(""), modelName));
        output.answer(service);
        return state.equals("READY") ? ExitCode.OK : ExitCode.FAILED;
    }

    private Map<String, Object> reference(Api api) {
        var reference = new HashMap<String, Object>();
        int slash = model.indexOf('/');
        int at = model.indexOf('@');
        if (slash > 0) {
            reference.put("name", model.substring(0, slash));
            try {
                reference.put("version", Integer.valueOf(model.substring(slash + 1)));
            } catch (NumberFormatException e) {
                throw new CliException(ExitCode.USAGE, "'%s' does not end in a version number".formatted(model));
            }
        } else if (at > 0) {
            reference.put("name", model.substring(0, at));
            reference.put("alias", model.substring(at + 1));
        } else {
            reference.put("name", model);
            reference.put(
                    "version",
                    api.get("/api/v1/models/" + model).path("latestVersion").asInt());
        }
        return reference;
    }
}
