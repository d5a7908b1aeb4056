package dev.trine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
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

    // the token itself is no argument: every user of the machine can read those
    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "holds an API key or access token (default: $TRINE_TOKEN, else the login's)")
    private @Nullable Path tokenFile;

    @Option(names = "--project", paramLabel = "NAME", description = "project, slug or id (default: $TRINE_PROJECT)")
    private @Nullable String project;

    @Option(
            names = {"-o", "--output"},
            description = "table or json (default: ${DEFAULT-VALUE})",
            defaultValue = "table")
    private Output.Format format = Output.Format.table;

    Output output() {
        return Output.of(format);
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
        Optional<String> given =
                tokenFile == null ? first(System.getenv("TRINE_TOKEN")) : Optional.of(token(tokenFile));
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
        if (kept.isEmpty()) {
            throw notLoggedIn();
        }
        return anonymous().as(new RenewedToken(server())).in(wanted);
    }

    private static String token(Path file) {
        try {
            String token = Files.readString(file).strip();
            if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
                throw new CliException(ExitCode.USAGE, "%s holds no token, which is one word".formatted(file));
            }
            return token;
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "cannot read the token in %s: %s".formatted(file, e));
        }
    }

    private CliException notLoggedIn() {
        return new CliException(ExitCode.UNAUTHENTICATED, "log in first: trine login --server " + server());
    }

    /** The login's access token, renewed in time: a followed job may well run longer than one lasts. */
    private final class RenewedToken implements Supplier<@Nullable String> {

        private static final Duration EARLY = Duration.ofMinutes(1);

        private final String at;
        private String token = "";
        private Instant until = Instant.MIN;

        RenewedToken(String at) {
            this.at = at;
        }

        @Override
        public synchronized String get() {
            if (Instant.now().isAfter(until)) {
                JsonNode fresh = Credentials.exclusively(() -> {
                    Credentials login = Credentials.load()
                            .filter(found -> found.server().equals(at))
                            .orElseThrow(Session.this::notLoggedIn);
                    JsonNode session =
                            anonymous().post("/api/v1/auth/refresh", Map.of("refreshToken", login.refreshToken()));
                    new Credentials(
                                    login.server(),
                                    login.email(),
                                    session.path("refreshToken").asString(),
                                    login.project())
                            .save();
                    return session;
                });
                token = fresh.path("accessToken").asString();
                until = Instant.now()
                        .plusSeconds(fresh.path("expiresIn").asLong(60))
                        .minus(EARLY);
            }
            return token;
        }
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
