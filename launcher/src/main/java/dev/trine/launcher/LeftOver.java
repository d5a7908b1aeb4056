package dev.trine.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends engines that a killed platform left running; they hold the data's locks. Each home has binaries of its own, so a process
 * that runs one of them is this home's, and whoever asks holds the home's lock.
 */
final class LeftOver {

    private static final Logger LOG = LoggerFactory.getLogger(LeftOver.class);
    private static final int GRACE_SECONDS = 10;

    private LeftOver() {}

    /**
     * Ends every process of one program: the eldest, which the others serve, in peace if it can, and then what is left.
     *
     * @param folder below which the executable lies
     * @param program how its file name begins
     */
    static void end(Path folder, String program) {
        List<ProcessHandle> all = running(folder, program);
        if (all.isEmpty()) {
            return;
        }
        LOG.info("ending {} that an earlier start left running: {}", program, all);
        all.stream().filter(process -> !serves(process, all)).forEach(process -> {
            process.destroy();
            await(process);
        });
        for (ProcessHandle process : running(folder, program)) {
            process.destroyForcibly();
            await(process);
        }
    }

    private static boolean serves(ProcessHandle process, List<ProcessHandle> others) {
        return process.parent().filter(others::contains).isPresent();
    }

    /** A dead process that nobody has taken note of yet has no executable any more, and so is none of them. */
    private static List<ProcessHandle> running(Path folder, String program) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .command()
                        .map(Path::of)
                        .filter(executable -> executable.startsWith(folder)
                                && String.valueOf(executable.getFileName()).startsWith(program))
                        .isPresent())
                .toList();
    }

    private static void await(ProcessHandle process) {
        try {
            process.onExit().get(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("process {} does not end", process.pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The living process that a pid file names on its first line. */
    static Optional<ProcessHandle> process(Path pidFile) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(pidFile);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d+")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).filter(ProcessHandle::isAlive);
    }
}
