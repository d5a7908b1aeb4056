package dev.trine.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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

    // not as an argument: every user of the machine can read those
    @Option(
            names = "--password-stdin",
            description = "read the password from standard input (default: $TRINE_PASSWORD, else it is asked for)")
    private boolean passwordOnStandardInput;

    /** The terminal somebody sits at; null in pipes and scripts. */
    @SuppressWarnings("SystemConsoleNull") // whether it can be null depends on the JDK and its settings
    static @Nullable Console terminal() {
        Console console = System.console();
        return console != null && console.isTerminal() ? console : null;
    }

    @Override
    public Integer call() {
        JsonNode login = session.anonymous().post("/api/v1/auth/login", Map.of("email", email, "password", password()));
        new Credentials(session.server(), email, login.path("refreshToken").asString(), session.project()).save();
        Output output = session.output();
        output.say("logged in to %s as %s".formatted(session.server(), email));
        output.answer(login.path("user"));
        return ExitCode.OK;
    }

    private String password() {
        if (passwordOnStandardInput) {
            return firstLine(System.in);
        }
        String given = System.getenv("TRINE_PASSWORD");
        if (given != null) {
            return given;
        }
        Console console = terminal();
        if (console == null) {
            throw new CliException(
                    ExitCode.USAGE, "no terminal to ask on: give the password by --password-stdin or TRINE_PASSWORD");
        }
        char[] typed = console.readPassword("Password for %s: ", email);
        if (typed == null) {
            throw new CliException(ExitCode.USAGE, "no password was typed");
        }
        return new String(typed);
    }

    private static String firstLine(InputStream in) {
        try {
            // no reader is closed: standard input is not ours
            String line = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).readLine();
            if (line == null || line.isEmpty()) {
                throw new CliException(ExitCode.USAGE, "--password-stdin: standard input is empty");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read standard input", e);
        }
    }
}
