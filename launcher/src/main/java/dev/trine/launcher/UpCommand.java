package dev.trine.launcher;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description =
                "Starts the whole platform in the foreground, with its own PostgreSQL and Redis; Ctrl-C stops it.")
final class UpCommand implements Callable<Integer> {

    private static final int LARGEST_PORT = 65_535;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "where everything is kept (default: $TRINE_HOME, else ~/.trine)")
    private @Nullable Path home;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            description = "address to listen on (default: ${DEFAULT-VALUE})")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            defaultValue = "8080",
            description = "port to listen on, 0 for any (default: ${DEFAULT-VALUE})")
    private int port;

    @Mixin
    private PlatformOptions options = new PlatformOptions();

    @Option(
            names = "--stop-when-up",
            hidden = true,
            description = "for the build, which lets the JVM learn from one start")
    private boolean stopWhenUp;

    @Override
    public Integer call() throws InterruptedException {
        long begin = System.nanoTime();
        if (port < 0 || port > LARGEST_PORT) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--port must be between 0 and %d, was %d".formatted(LARGEST_PORT, port));
        }
        try {
            Home kept = Home.at(home == null ? defaultHome() : home);
            Home.AdminPassword password = kept.adminPassword();
            var platform = new Platform(kept, options);
            var stopped = stopAtShutdown(platform);
            start(kept, platform, host, port, password);
            String address = String.format(
                    Locale.ROOT,
                    "Trine is up at http://%s:%d (%.1f s)%n",
                    host.equals("0.0.0.0") ? "localhost" : host,
                    platform.port(),
                    (System.nanoTime() - begin) / 1e9);
            String admin = platform.madeAdmin() && password.kept()
                    ? "first admin: admin@trine.local, password %s (kept in %s)%n"
                            .formatted(password.value(), kept.adminPasswordFile())
                    : "";
            // at once: whoever waits for the first line finds the second one
            System.out.print(address + admin);
            System.out.flush();
            if (!stopWhenUp) {
                stopped.await();
            }
            return 0;
        } catch (FileSystemException e) {
            System.err.printf(
                    "trine up: cannot use %s: %s%n",
                    e.getFile(), e.getReason() == null ? e.getClass().getSimpleName() : e.getReason());
            return 1;
        } catch (IOException e) {
            System.err.println("trine up: " + e.getMessage());
            return 1;
        }
    }

    /** Starts it; a fresh password that nobody has by then, because there was an admin or none could be made, is not kept. */
    static void start(Home kept, Platform platform, String host, int port, Home.AdminPassword password)
            throws IOException, InterruptedException {
        try {
            platform.start(host, port, webRoot(), password.value());
        } finally {
            if (password.fresh() && !platform.madeAdmin()) {
                kept.forgetAdminPassword();
            }
        }
    }

    /** From before its start on, so that a signal half-way leaves nothing running; counted down when it has stopped. */
    static CountDownLatch stopAtShutdown(Platform platform) {
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            platform.close();
            stopped.countDown();
        }));
        return stopped;
    }

    static Path defaultHome() {
        String configured = System.getenv("TRINE_HOME");
        return configured == null || configured.isBlank()
                ? Path.of(System.getProperty("user.home"), ".trine")
                : Path.of(configured);
    }

    /** Where {@code bin/trine} says that the built UI is. */
    static @Nullable Path webRoot() {
        String configured = System.getProperty("trine.web-root", "");
        return configured.isBlank() || !Files.isDirectory(Path.of(configured)) ? null : Path.of(configured);
    }
}
