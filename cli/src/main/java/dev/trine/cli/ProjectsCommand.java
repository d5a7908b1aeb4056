package dev.trine.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

@Command(
        name = "projects",
        mixinStandardHelpOptions = true,
        description = "Lists the projects you reach.",
        subcommands = ProjectsCommand.Internet.class)
final class ProjectsCommand implements Callable<Integer> {

    private static final String PROJECTS = "/api/v1/projects";

    @Mixin
    private Session session = new Session();

    @Override
    public Integer call() {
        session.output()
                .list(
                        session.api().get(PROJECTS).path("items"),
                        "NAME=name",
                        "SLUG=slug",
                        "INTERNET=internetAccess",
                        "CREATED=createdAt");
        return ExitCode.OK;
    }

    /** Whether to do something. */
    enum Switch {
        on,
        off
    }

    @Command(
            name = "internet",
            mixinStandardHelpOptions = true,
            description = "Says whether a project's jobs may go to the internet; for admins of its organization.")
    static final class Internet implements Callable<Integer> {

        @Mixin
        private Session session = new Session();

        @Parameters(index = "0", paramLabel = "PROJECT", description = "its slug")
        private String slug = "";

        @Parameters(index = "1", paramLabel = "on|off")
        private Switch internet = Switch.off;

        @Override
        public Integer call() {
            Api api = session.api();
            JsonNode project = find(api);
            JsonNode changed = api.patch(
                    "/api/v1/orgs/%s/projects/%s"
                            .formatted(
                                    project.path("organizationId").asString(),
                                    project.path("id").asString()),
                    Map.of("internetAccess", internet == Switch.on));
            Output output = session.output();
            output.say(
                    internet == Switch.on
                            ? "jobs of %s may go to the internet".formatted(slug)
                            : "jobs of %s may not go to the internet".formatted(slug));
            output.answer(changed);
            return ExitCode.OK;
        }

        private JsonNode find(Api api) {
            for (JsonNode project : api.get(PROJECTS).path("items")) {
                if (project.path("slug").asString().equals(slug)) {
                    return project;
                }
            }
            throw new CliException(ExitCode.FAILED, "you reach no project '%s'".formatted(slug));
        }
    }
}
