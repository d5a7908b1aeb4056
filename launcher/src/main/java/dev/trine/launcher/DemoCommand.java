package dev.trine.launcher;

import dev.trine.cli.Api;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Runs the main job, from a dataset to answers over HTTP, on a platform of its own or on a running one.")
final class DemoCommand implements Callable<Integer> {

    @ArgGroup(multiplicity = "1")
    private Where where = new Where();

    private static final class Where {
        @Option(names = "--home", paramLabel = "DIR", description = "starts a platform with this home")
        private @Nullable Path home;

        @Option(
                names = "--server",
                paramLabel = "URL",
                description = "takes the platform there; TRINE_ADMIN_PASSWORD has its admin's password")
        private @Nullable String server;
    }

    @Option(names = "--port", defaultValue = "8080", description = "of the platform (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--examples", required = true, paramLabel = "DIR", description = "the folder examples/digits")
    private Path examples = Path.of("");

    @Option(
            names = "--python",
            paramLabel = "EXE",
            description = "Python with scikit-learn and mlflow, for the last step")
    private @Nullable String python;

    @Mixin
    private PlatformOptions options = new PlatformOptions();

    @Option(names = "--exit", description = "stop the platform at the end, instead of leaving it running")
    private boolean exit;

    @Override
    public Integer call() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        if (where.home == null) {
            String password = System.getenv().getOrDefault("TRINE_ADMIN_PASSWORD", "");
            return mainJob(Objects.requireNonNull(where.server), password, begin);
        }
        Home kept = Home.at(where.home);
        Home.AdminPassword password = kept.adminPassword();
        var platform = new Platform(kept, options);
        CountDownLatch stopped = UpCommand.stopAtShutdown(platform);
        try {
            UpCommand.start(kept, platform, "127.0.0.1", port, password);
        } catch (IOException e) {
            System.err.println("trine demo: " + e.getMessage());
            return 1;
        }
        if (password.fresh() && !platform.madeAdmin()) {
            System.err.println("trine demo: this home has an admin already; set TRINE_ADMIN_PASSWORD to the password");
            return 1;
        }
        String url = "http://127.0.0.1:" + platform.port();
        System.out.printf(Locale.ROOT, "[0/7] platform up at %s (%.1f s)%n", url, (System.nanoTime() - begin) / 1e9);
        int result = mainJob(url, password.value(), begin);
        if (result != 0) {
            return result;
        }
        System.out.printf("UI: %s  user: admin@trine.local  password: %s%n", url, password.value());
        System.out.flush();
        if (!exit) {
            System.out.println("The platform keeps running; Ctrl-C stops it.");
            stopped.await();
        }
        return 0;
    }

    private int mainJob(String url, String password, long begin) throws IOException, InterruptedException {
        try (Api api = Api.at(url)) {
            new MainJob(api, password, examples, python).run();
        } catch (RuntimeException e) {
            System.err.println("the main job failed: " + e.getMessage());
            return 1;
        }
        System.out.printf(Locale.ROOT, "done in %.1f s%n", (System.nanoTime() - begin) / 1e9);
        return 0;
    }
}
