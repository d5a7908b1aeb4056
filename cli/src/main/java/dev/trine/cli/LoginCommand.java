package dev.trine.cli;

import java.io.Console;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

@Command(name = "login", mixinStandardHelpOptions = true, description = "Logs in and remembers it.")
final class LoginCommand implements Callable<Integer> {

    @Mixin
    private Session session = new Session();

    @Option(names = "--email", defaultValue = "admin@trine.local", description = "who (default: ${DEFAULT-VALUE})")
    private String email = "admin@trine.local";

    @Option(names = "--password", description = "asked for when absent; also $TRINE_PASSWORD")
    private @Nullable String password;

    /** The terminal somebody sits at; null in pipes and scripts. */
    @SuppressWarnings("SystemConsoleNull") // whether it can be null depends on the JDK and its settings
    static @Nullable Console terminal() {
        Console console = System.console();
        return console != null && console.isTerminal() ? console : null;
    }

    @Override
    public Integer call() {
        String secret = password == null ? System.getenv("TRINE_PASSWORD") : password;
        if (secret == null) {
            Console console = terminal();
            if (console == null) {
                throw new CliException(ExitCode.USAGE, "no terminal to ask on: give --password or TRINE_PASSWORD");
            }
            secret = new String(console.readPassword("Password for %s: ", email));
        }
        JsonNode login = session.anonymous().post("/api/v1/auth/login", Map.of("email", email, "password", secret));
        new Credentials(session.server(), email, login.path("refreshToken").asString(), session.project()).save();
        Output output = session.output();
        output.say("logged in to %s as %s".formatted(session.server(), email));
        output.answer(login.path("user"));
        return ExitCode.OK;
    }
}
