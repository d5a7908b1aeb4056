package dev.trine.executor.local;

import dev.trine.executor.local.Attempt.Stopping;
import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends attempts: one polite signal, a deadline, a hard end. All of it is written down in the attempt's folder, so whoever looks
 * next goes on with it, in this JVM or a later one.
 */
final class Endings {

    private static final Logger LOG = LoggerFactory.getLogger(Endings.class);
    private static final Duration TIMEOUT_GRACE = Duration.ofSeconds(5);
    private static final Duration FORGOTTEN_WITHIN = Duration.ofSeconds(10);

    static final Duration WRITTEN_WITHIN = Duration.ofSeconds(30);

    private final Optional<Cgroups> cgroups;
    /** How long after its program a supervisor may take to write down how that ended. */
    private final Duration writtenWithin;
    /** Attempts whose supervisors live without a program, and since when. */
    private final Map<String, Instant> overdue = new ConcurrentHashMap<>();

    Endings(Optional<Cgroups> cgroups, Duration writtenWithin) {
        this.cgroups = cgroups;
        this.writtenWithin = writtenWithin;
    }

    /** Begins an attempt's end; nothing if that has begun, or it has ended. */
    void stop(Attempt attempt, Stopping why) {
        if (!isAlive(attempt.observe())) {
            return;
        }
        try {
            attempt.tellStopping(why);
        } catch (IOException e) {
            // as on a full disk; nobody would know of its deadline
            LOG.warn("attempt {} is ended at once, for why cannot be written down: {}", attempt.name(), why, e);
            kill(attempt);
            return;
        }
        goOn(attempt);
    }

    /** Ends an attempt hard. */
    void endHard(Attempt attempt, Stopping why) {
        try {
            attempt.tellStopping(why);
        } catch (IOException e) {
            LOG.warn("attempt {} is ended, but why cannot be written down: {}", attempt.name(), why, e);
        }
        kill(attempt);
    }

    /** Does what is due now: stops what has run too long, signals what is to stop, and ends hard what has not by its deadline. */
    void goOn(Attempt attempt) {
        Observation seen = attempt.observe();
        if (!isAlive(seen)) {
            overdue.remove(attempt.name());
            return;
        }
        Optional<Stopping> stopping = attempt.stopping();
        if (hangs(attempt, stopping)) {
            LOG.warn("the supervisor of attempt {} says nothing of its program's end, and is ended", attempt.name());
            end(attempt);
        } else if (stopping.isEmpty()) {
            if (seen instanceof Observation.Running(Instant startedAt)) {
                attempt.timeout()
                        .filter(limit -> startedAt.plus(limit).isBefore(Instant.now()))
                        .ifPresent(limit -> stop(
                                attempt,
                                Stopping.within(
                                        TIMEOUT_GRACE,
                                        Cause.TIMED_OUT,
                                        "stopped because it ran longer than its timeout of " + limit)));
            }
        } else if (!stopping.get().deadline().isAfter(Instant.now())) {
            kill(attempt);
        } else if (!attempt.signalled()) {
            signal(attempt);
        }
    }

    /** Whether a supervisor should have said by now how its program ended; one that is frozen never would. */
    private boolean hangs(Attempt attempt, Optional<Stopping> stopping) {
        Instant now = Instant.now();
        boolean late = stopping.filter(why -> now.isAfter(why.deadline().plus(writtenWithin)))
                .isPresent();
        if (!attempt.hasBegun() || attempt.program().isPresent()) {
            overdue.remove(attempt.name());
            return late;
        }
        Instant since = overdue.computeIfAbsent(attempt.name(), name -> now);
        return late || now.isAfter(since.plus(writtenWithin));
    }

    /** Ends an attempt's processes, its supervisor, too. */
    private void end(Attempt attempt) {
        kill(attempt);
        attempt.supervisor().ifPresent(ProcessHandle::destroyForcibly);
    }

    /** The program may not have begun yet; then it gets its signal when somebody looks next. */
    private static void signal(Attempt attempt) {
        List<ProcessHandle> programs =
                attempt.supervisor().map(Endings::programs).orElse(List.of());
        try {
            if (!programs.isEmpty() && attempt.maySignal()) {
                programs.forEach(ProcessHandle::destroy);
            }
        } catch (IOException e) {
            LOG.warn("attempt {} gets no signal that it is to end, but ends at its deadline", attempt.name(), e);
        }
    }

    /** The processes below a supervisor that are the workload's own and not the sandbox's. */
    private static List<ProcessHandle> programs(ProcessHandle supervisor) {
        return supervisor
                .descendants()
                .filter(process -> !process.info().command().orElse("").endsWith("/bwrap"))
                .toList();
    }

    private static boolean isAlive(Observation seen) {
        return seen instanceof Observation.Running || seen instanceof Observation.Starting;
    }

    /** Ends all of an attempt's processes but its supervisor, also those that its program left behind and those that lost that. */
    void kill(Attempt attempt) {
        cgroups.ifPresent(groups -> groups.kill(attempt.name()));
        attempt.supervisor().map(ProcessHandle::descendants).stream()
                .flatMap(Stream::distinct)
                .toList()
                .forEach(ProcessHandle::destroyForcibly);
        attempt.program().ifPresent(Endings::killGroup);
    }

    private static void killGroup(ProcessHandle leader) {
        var builder = new ProcessBuilder("/bin/sh", "-c", "kill -KILL -\"$0\"", Long.toString(leader.pid()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectErrorStream(true);
        builder.environment().clear();
        try {
            builder.start().waitFor();
        } catch (IOException e) {
            LOG.warn("cannot end the process group {}: {}", leader.pid(), e.getMessage());
            leader.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops all of these, and returns when none of them runs any more. */
    void stopAll(List<Attempt> running, Duration grace, String why) {
        running.forEach(attempt -> stop(attempt, Stopping.within(grace, Cause.STOPPED, why)));
        long end = System.nanoTime() + grace.plusSeconds(2).toNanos();
        for (Attempt attempt : running) {
            attempt.supervisor().ifPresent(process -> {
                try {
                    process.onExit().get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (ExecutionException | TimeoutException e) {
                    end(attempt);
                }
            });
        }
    }

    /**
     * Ends what is left of an attempt, whatever state it is in.
     *
     * @throws IOException if it does not end
     */
    void forget(Attempt attempt) throws IOException {
        try {
            attempt.tellStopping(Stopping.atOnce(Cause.STOPPED, "forgotten"));
        } catch (IOException noRoom) {
            LOG.debug("{} is cleared away without a word", attempt.name(), noRoom); // which makes room
        }
        awaitPid(attempt);
        long begin = System.nanoTime();
        long patience = FORGOTTEN_WITHIN.toNanos();
        do {
            kill(attempt); // again while it lives: its program may have begun just now
            if (System.nanoTime() - begin > patience / 2) {
                end(attempt);
            }
            if (System.nanoTime() - begin > patience) {
                throw new IOException("attempt %s does not end".formatted(attempt.name()));
            }
        } while (lives(attempt.supervisor()));
        overdue.remove(attempt.name());
        cgroups.ifPresent(groups -> groups.remove(attempt.name()));
    }

    /** A moment until a supervisor that has just begun can be found; one that does not in time never will. */
    private static void awaitPid(Attempt attempt) throws IOException {
        long end = System.nanoTime() + Attempt.BEGINS_WITHIN.toNanos();
        while (attempt.observe() instanceof Observation.Starting
                && attempt.supervisor().isEmpty()
                && System.nanoTime() < end) {
            Attempt.pause();
        }
    }

    /** Whether a process lives on for a moment longer. */
    private static boolean lives(Optional<ProcessHandle> process) throws IOException {
        try {
            if (process.isPresent()) {
                process.get().onExit().get(100, TimeUnit.MILLISECONDS);
            }
            return false;
        } catch (TimeoutException e) {
            return true;
        } catch (ExecutionException e) {
            throw new IOException("cannot wait for process " + process, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a supervisor", e);
        }
    }
}
