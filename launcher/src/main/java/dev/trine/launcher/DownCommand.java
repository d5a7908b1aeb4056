package dev.trine.launcher;

import dev.trine.cli.Output;
import dev.trine.cli.Polling;
import dev.trine.executor.local.BuiltinPrograms;
import dev.trine.executor.local.LocalExecutor;
import dev.trine.executor.local.LocalSettings;
import dev.trine.executor.local.Sandbox;
import dev.trine.executor.local.Visibility;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.JsonNodeFactory;

@Command(name = "down", mixinStandardHelpOptions = true, description = "Stops the platform that runs with this home.")
final class DownCommand implements Callable<Integer> {

    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final int MOST_SECONDS = 30;

    /** How long a platform may take from taking its home to saying which process it is. */
    private static final Duration TO_SAY_WHO = Duration.ofSeconds(3);

    private static final Duration POLL = Duration.ofMillis(50);

    /** A process's start is known in ticks since the machine's, which is known in seconds. */
    private static final Duration CLOCK_TICKS = Duration.ofSeconds(2);

    @Option(names = "--home", paramLabel = "DIR", description = "its home (default: $TRINE_HOME, else ~/.trine)")
    private @Nullable Path home;

    @Option(
            names = {"-o", "--output"},
            description = "table or json (default: ${DEFAULT-VALUE})",
            defaultValue = "table")
    private Output.Format format = Output.Format.table;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path named = home == null ? UpCommand.defaultHome() : home;
        Optional<Home> existing = Home.existing(named);
        if (existing.isEmpty()) {
            tell("%s is no home of a platform".formatted(named), named, false);
            return 0;
        }
        Home kept = existing.get();
        Optional<Integer> code = Polling.until(TO_SAY_WHO, POLL, () -> stopped(kept));
        if (code.isEmpty()) {
            System.err.printf(
                    "trine down: a platform has the home %s, but %s does not name its process%n",
                    kept.folder(), kept.pid());
        }
        return code.orElse(1);
    }

    /** The exit code; empty when a platform has the home, and has not said yet which process it is. */
    private Optional<Integer> stopped(Home kept) throws IOException, InterruptedException {
        var lock = kept.lock();
        if (lock.isPresent()) {
            try (var _ = lock.get().acquiredBy()) {
                endLeftOver(kept);
                tell("no platform runs with the home " + kept.folder(), kept.folder(), false);
            }
            return Optional.of(0);
        }
        Optional<ProcessHandle> platform = platform(kept);
        return platform.isPresent() ? Optional.of(stop(platform.get(), kept)) : Optional.empty();
    }

    private int stop(ProcessHandle platform, Home kept) throws InterruptedException {
        if (!ended(platform)) {
            System.err.printf("trine down: process %d does not end%n", platform.pid());
            return 1;
        }
        tell("stopped", kept.folder(), true);
        return 0;
    }

    /**
     * The platform that a home's pid file names. A platform that is just starting has not written the file yet, and the number that
     * an earlier one has left there may be another program's by now, or another home's platform's: the file says when its process
     * began and for which home. One that an earlier version wrote has the number alone, and its process is older than the file.
     */
    static Optional<ProcessHandle> platform(Home kept) throws IOException {
        Optional<ProcessHandle> named = LeftOver.process(kept.pid());
        if (named.isEmpty()) {
            return named;
        }
        List<String> lines = Files.readAllLines(kept.pid());
        if (lines.size() > 1
                && !lines.subList(2, lines.size()).equals(List.of(kept.folder().toString()))) {
            return Optional.empty();
        }
        Instant written = Files.getLastModifiedTime(kept.pid()).toInstant();
        return named.filter(process -> {
            ProcessHandle.Info info = process.info();
            return info.startInstant()
                            .filter(start -> lines.size() > 1
                                    ? near(start, lines.get(1))
                                    : !start.isAfter(written.plus(CLOCK_TICKS)))
                            .isPresent()
                    && info.arguments().map(DownCommand::runAPlatform).orElse(true);
        });
    }

    private static boolean near(Instant start, String told) {
        return told.matches("\\d{1,18}")
                && Duration.between(start, Instant.ofEpochMilli(Long.parseLong(told)))
                                .abs()
                                .compareTo(CLOCK_TICKS)
                        <= 0;
    }

    /** Another {@code trine down} has the lock for a moment, too. */
    private static boolean runAPlatform(String[] arguments) {
        List<String> line = List.of(arguments);
        int main = line.indexOf(Launcher.class.getName());
        return main >= 0 && main + 1 < line.size() && !line.get(main + 1).equals("down");
    }

    private static boolean ended(ProcessHandle process) throws InterruptedException {
        process.destroy();
        try {
            process.onExit().get(MOST_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private void tell(String line, Path folder, boolean stopped) {
        var output = Output.of(format);
        output.say(line);
        output.answer(JsonNodeFactory.instance
                .objectNode()
                .put("home", folder.toString())
                .put("stopped", stopped));
    }

    /** What a platform that was killed could not end itself. */
    private static void endLeftOver(Home home) throws IOException {
        if (Files.isDirectory(home.attempts())) {
            try (var executor = new LocalExecutor(new LocalSettings(
                    home.attempts(), Sandbox.PROCESS, Visibility.SYSTEM_ALONE, BuiltinPrograms.NONE))) {
                executor.stopAll(GRACE);
            }
        }
        LeftOver.end(home.engines(), "postgres");
        LeftOver.end(home.engines(), "redis");
    }
}
