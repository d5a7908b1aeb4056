package dev.trine.launcher;

import dev.trine.cli.Api;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Starts a platform and runs the main job on it, from a dataset to answers over HTTP.")
final class DemoCommand implements Callable<Integer> {

    @Option(names = "--home", required = true, paramLabel = "DIR", description = "the platform's home")
    private Path home = Path.of("");

    @Option(names = "--port", defaultValue = "8080", description = "of the platform (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--examples", required = true, paramLabel = "DIR", description = "the folder examples/digits")
    private Path examples = Path.of("");

    @Option(
            names = "--python",
            paramLabel = "EXE",
            description = "Python with scikit-learn and mlflow, for the last step")
    private @Nullable String python;

    @Option(names = "--exit", description = "stop the platform at the end, instead of leaving it running")
    private boolean exit;

    @Override
    public Integer call() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Home kept = Home.at(home);
        Home.AdminPassword password = kept.adminPassword();
        Platform platform;
        try {
            platform = Platform.start(kept, "127.0.0.1", port, UpCommand.webRoot(), password.value());
        } catch (IOException e) {
            System.err.println("trine demo: " + e.getMessage());
            return 1;
        }
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            platform.close();
            stopped.countDown();
        }));
        String url = "http://127.0.0.1:" + platform.port();
        System.out.printf(Locale.ROOT, "[0/7] platform up at %s (%.1f s)%n", url, (System.nanoTime() - begin) / 1e9);
        try (Api api = Api.at(url)) {
            new MainJob(api, password.value(), examples, python).run();
        } catch (RuntimeException e) {
            System.err.println("the main job failed: " + e.getMessage());
            return 1;
        }
        System.out.printf(Locale.ROOT, "done in %.1f s%n", (System.nanoTime() - begin) / 1e9);
        System.out.printf("UI: %s  user: admin@trine.local  password: %s%n", url, password.value());
        System.out.flush();
        if (!exit) {
            System.out.println("The platform keeps running; Ctrl-C stops it.");
            stopped.await();
        }
        return 0;
    }
}
