package dev.trine.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** The options of every command that talks to a platform. */
final class Session {

    private static final String DEFAULT_SERVER = "http://127.0.0.1:8080";

    @Option(
            names = "--server",
            paramLabel = "URL",
            description =
                    "the platform (default: $TRINE_SERVER, else the one logged in to, else " + DEFAULT_SERVER + ")")
    private @Nullable String server;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "API key or access token (default: $TRINE_TOKEN, else the login's)")
    private @Nullable String token;

    @Option(names = "--project", paramLabel = "NAME", description = "project, slug or id (default: $TRINE_PROJECT)")
    private @Nullable String project;

    @Option(
            names = {"-o", "--output"},
            description = "table or json (default: ${DEFAULT-VALUE})",
            defaultValue = "table")
    private Output.Format format = Output.Format.table;

    Output output() {
        return new Output(new PrintWriter(System.out, false, java.nio.charset.StandardCharsets.UTF_8), format);
    }

    String server() {
        return first(
                        server,
                        System.getenv("TRINE_SERVER"),
                        Credentials.load().map(Credentials::server).orElse(null))
                .orElse(DEFAULT_SERVER);
    }

    /** The platform without a login. */
    Api anonymous() {
        return Api.at(server());
    }

    /** The platform as the user: by token, else by what {@code trine login} kept. */
    Api api() {
        Optional<String> given = first(token, System.getenv("TRINE_TOKEN"));
        Optional<Credentials> kept =
                Credentials.load().filter(found -> found.server().equals(server()));
        String wanted = first(
                        project,
                        System.getenv("TRINE_PROJECT"),
                        kept.map(Credentials::project).orElse(null))
                .orElse(null);
        if (given.isPresent()) {
            return anonymous().as(given.get()).in(wanted);
        }
        Credentials login = kept.orElseThrow(
                () -> new CliException(ExitCode.UNAUTHENTICATED, "log in first: trine login --server " + server()));
        JsonNode fresh = anonymous().post("/api/v1/auth/refresh", Map.of("refreshToken", login.refreshToken()));
        new Credentials(
                        login.server(),
                        login.email(),
                        fresh.path("refreshToken").asString(),
                        login.project())
                .save();
        return anonymous().as(fresh.path("accessToken").asString()).in(wanted);
    }

    @Nullable
    String project() {
        return project;
    }

    private static Optional<String> first(@Nullable String... candidates) {
        for (String candidate : candidates) {
            if (candidate != null && !candidate.isBlank()) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
