package dev.trine.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One platform for all cases that need none of their own, started on an empty home when first asked for. */
final class Shared {

    private static @Nullable Platform platform;
    private static @Nullable Path folder;

    private Shared() {}

    static synchronized Platform platform() {
        if (platform == null) {
            try {
                folder = Files.createTempDirectory(Shell.scratch(), "trine-system");
                Platform starting = Platform.up(folder.resolve("home"));
                Runtime.getRuntime().addShutdownHook(new Thread(starting::close));
                platform = starting;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return platform;
    }

    /** A new file beside the home. */
    static Path file(String name, String text) throws IOException {
        platform();
        return Files.writeString(java.util.Objects.requireNonNull(folder).resolve(name), text);
    }

    /** The environment of a user who works with it, and has logged in. */
    static Map<String, String> user() {
        Platform running = platform();
        Path config = running.home().resolveSibling("config");
        Map<String, String> env = Map.of("TRINE_CONFIG_DIR", config.toString(), "TRINE_SERVER", running.url());
        if (!Files.exists(config.resolve("credentials.json"))) {
            var login = new HashMap<>(env);
            try {
                login.put("TRINE_PASSWORD", running.password());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Shell.Result result = Shell.trine(login, "login");
            if (result.exit() != 0) {
                throw new AssertionError("cannot log in: " + result);
            }
        }
        return env;
    }

    /** As that user. */
    static Shell.Result trine(String... arguments) {
        return Shell.trine(user(), arguments);
    }

    /** The same with JSON for an answer. */
    static Shell.Result trineJson(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        int options = all.indexOf("--");
        all.addAll(options < 0 ? all.size() : options, List.of("-o", "json"));
        return trine(all.toArray(String[]::new));
    }
}
