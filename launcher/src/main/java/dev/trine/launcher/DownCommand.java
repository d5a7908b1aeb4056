package dev.trine.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "down", mixinStandardHelpOptions = true, description = "Stops the platform that runs with this home.")
final class DownCommand implements Callable<Integer> {

    private static final int MOST_SECONDS = 30;

    @Option(names = "--home", paramLabel = "DIR", description = "its home (default: $TRINE_HOME, else ~/.trine)")
    private @Nullable Path home;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Home kept = Home.at(home == null ? UpCommand.defaultHome() : home);
        var lock = kept.lock();
        if (lock.isPresent()) {
            lock.get().acquiredBy().close();
            System.out.println("no platform runs with the home " + kept.folder());
            return 0;
        }
        long pid = Long.parseLong(Files.readString(kept.pid()).strip());
        var process = ProcessHandle.of(pid);
        if (process.isEmpty()) {
            return 0;
        }
        process.get().destroy();
        try {
            process.get().onExit().get(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            System.err.printf("process %d does not end%n", pid);
            return 1;
        }
        System.out.println("stopped");
        return 0;
    }
}
