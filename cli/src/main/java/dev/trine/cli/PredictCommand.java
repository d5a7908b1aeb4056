package dev.trine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

@Command(
        name = "predict",
        mixinStandardHelpOptions = true,
        description = "Sends a request of the Open Inference Protocol v2 to a service.")
final class PredictCommand implements Callable<Integer> {

    @Mixin
    private Session session = new Session();

    @Parameters(index = "0", paramLabel = "SERVICE", description = "the service's name")
    private String service = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "the request as JSON, - for standard input")
    private Path file = Path.of("-");

    @Override
    public Integer call() {
        JsonNode request =
                request(); // before anything is asked of the platform: a wrong file is the command line's fault
        Api api = session.api();
        for (JsonNode known : api.get("/api/v1/inference/services?pageSize=500").path("items")) {
            if (known.path("name").asString("").equals(service)) {
                JsonNode answer = api.post(
                        "%s/v2/models/%s/infer"
                                .formatted(
                                        known.path("url").asString(""),
                                        known.path("modelName").asString("")),
                        request);
                session.output()
                        .list(
                                answer,
                                answer.path("outputs"),
                                "OUTPUT=name",
                                "TYPE=datatype",
                                "SHAPE=shape",
                                "DATA=data");
                return ExitCode.OK;
            }
        }
        throw new CliException(ExitCode.FAILED, "there is no service '%s'".formatted(service));
    }

    private JsonNode request() {
        try {
            byte[] text = file.toString().equals("-") ? System.in.readAllBytes() : Files.readAllBytes(file);
            return Api.JSON.readTree(text);
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "cannot read %s: %s".formatted(file, e.getMessage()));
        } catch (JacksonException e) {
            throw new CliException(ExitCode.USAGE, "%s is not JSON: %s".formatted(file, e.getOriginalMessage()));
        }
    }
}
