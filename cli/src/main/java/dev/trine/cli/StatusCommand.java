package dev.trine.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

@Command(name = "status", mixinStandardHelpOptions = true, description = "Shows what the platform has and does.")
final class StatusCommand implements Callable<Integer> {

    @Mixin
    private Session session = new Session();

    @Override
    public Integer call() {
        JsonNode overview = session.api().get("/api/v1/overview");
        Output output = session.output();
        output.say("%s: %s datasets, %s models, jobs: %s; services: %s"
                .formatted(
                        session.server(),
                        overview.path("datasets").asString("0"),
                        overview.path("models").asString("0"),
                        counts(overview.path("jobs")),
                        counts(overview.path("services"))));
        if (output.forPeople()) {
            output.list(
                    overview.path("nodes"),
                    "NODE=name",
                    "STATE=state",
                    "CPUS=capacity.cpus",
                    "FREE=free.cpus",
                    "MEMORY=capacity.memoryBytes",
                    "SANDBOX=sandbox");
        } else {
            output.answer(overview);
        }
        return ExitCode.OK;
    }

    /** {@code 2 running, 1 failed}. */
    private static String counts(JsonNode byState) {
        return byState.isEmpty()
                ? "none"
                : byState.propertyStream()
                        .map(state -> state.getValue().asString("") + " "
                                + state.getKey().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
    }
}
