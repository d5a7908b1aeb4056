package dev.trine.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends engines that a killed platform left running; they hold the data's locks. */
final class LeftOver {

    private static final Logger LOG = LoggerFactory.getLogger(LeftOver.class);

    private LeftOver() {}

    /**
     * @param pidFile its first line is the process id
     * @param command what the process's command must contain, so that a stranger who got the number is left alone
     */
    static void end(Path pidFile, String command) throws IOException {
        if (!Files.exists(pidFile)) {
            return;
        }
        List<String> lines = Files.readAllLines(pidFile);
        if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d+")) {
            return;
        }
        var process = ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
                .filter(found -> found.info().command().orElse("").contains(command));
        if (process.isEmpty()) {
            return;
        }
        LOG.info(
                "ending {} {} that an earlier start left running",
                command,
                process.get().pid());
        process.get().destroy();
        try {
            process.get().onExit().get(10, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            process.get().destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
