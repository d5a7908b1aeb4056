package dev.trine.workload;

import dev.trine.lib.workload.Executor;
import dev.trine.lib.workload.LaunchRefusedException;
import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.shared.Wakeups;
import dev.trine.storage.StorageFullException;
import dev.trine.workload.Workload.Attempt;
import dev.trine.workload.Workload.Reason;
import dev.trine.workload.WorkloadTransitions.Trigger;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes down how attempts end, and what that means for their workloads: its own end, or another attempt. */
@Component
class AttemptEndings {

    private static final Logger LOG = LoggerFactory.getLogger(AttemptEndings.class);

    private final WorkloadStore store;
    private final WorkloadService workloads;
    private final AttemptArchive archive;
    private final List<OutputReader> readers;
    private final Wakeups wakeups;
    private final TransactionTemplate transactions;
    private final Clock clock;

    AttemptEndings(
            WorkloadStore store,
            WorkloadService workloads,
            AttemptArchive archive,
            List<OutputReader> readers,
            Wakeups wakeups,
            TransactionTemplate transactions,
            Clock clock) {
        this.store = store;
        this.workloads = workloads;
        this.archive = archive;
        this.readers = readers;
        this.wakeups = wakeups;
        this.transactions = transactions;
        this.clock = clock;
    }

    /**
     * What an attempt comes to.
     *
     * @param ended as its executor saw it; null if it never ran
     * @param kept what is kept of it, if anything
     * @param notBefore when another attempt may begin; null when there is to be none
     */
    private record Ending(
            Trigger trigger,
            @Nullable Reason reason,
            Observation.@Nullable Ended ended,
            AttemptArchive.@Nullable Kept kept,
            @Nullable Instant notBefore) {}

    /** An attempt that ended: all that it left is kept first. */
    void finish(Executor executor, Held held, Observation.Ended ended) throws IOException {
        Workload workload = held.workload();
        boolean task = workload.spec().kind() == WorkloadSpec.Kind.TASK;
        boolean well = task && ended.cause() == Cause.COMPLETED;
        AttemptArchive.Kept kept;
        try {
            kept = archive.keep(executor, workload, held.attempt(), well);
        } catch (StorageFullException e) {
            if (held.row().cancelReason() == null) {
                throw e; // there may be room later
            }
            endBadly(held, ended, null);
            return;
        }
        if (well) {
            for (OutputReader reader : readers) {
                reader.read(workload, kept.outputs());
            }
            end(held, new Ending(Trigger.ENDED_WELL, null, ended, kept, null));
        } else {
            endBadly(held, ended, kept);
        }
    }

    /** An attempt that went away with its machine. */
    void lost(Held held, String why) {
        Instant now = clock.instant();
        endBadly(held, new Observation.Ended(-1, Cause.LOST, why, now, now), null);
    }

    private void endBadly(Held held, Observation.Ended seen, AttemptArchive.@Nullable Kept kept) {
        Workload workload = held.workload();
        Reason restart = seen.cause() == Cause.STOPPED ? held.row().restart() : null;
        boolean task = workload.spec().kind() == WorkloadSpec.Kind.TASK;
        Observation.Ended ended;
        Reason reason;
        if (restart == null) {
            ended = seen;
            reason = reason(seen, kept == null ? "" : kept.lastError(), task);
        } else {
            // whoever is started anew for not answering has failed, though its end was the platform's doing
            ended = new Observation.Ended(
                    seen.exitCode(), Cause.KILLED, restart.message(), seen.startedAt(), seen.endedAt());
            reason = restart;
        }
        Optional<Instant> again = held.row().cancelReason() == null
                ? Retries.afterEnd(workload.spec(), workload.attempts(), ended).map(clock.instant()::plus)
                : Optional.empty();
        end(
                held,
                new Ending(
                        again.isPresent() ? Trigger.TO_RETRY : Trigger.ENDED_BADLY,
                        reason,
                        ended,
                        kept,
                        again.orElse(null)));
    }

    /** An attempt that cannot be launched anywhere, now or later. */
    void refused(Held held, LaunchRefusedException refused) {
        var reason = new Reason(refused.reason().name(), String.valueOf(refused.getMessage()));
        end(held, new Ending(Trigger.REJECTED, reason, null, null, null));
    }

    /** Gives the place back, and waits for another one. Not for ever: what holds it up may be its own. */
    void launchFailed(Held held, Exception failure) {
        int failures = Retries.launchFailures(held.workload().attempts()) + 1;
        LOG.warn(
                "{} attempt {} could not be launched", held.id(), held.attempt().number(), failure);
        Instant again = Retries.afterLaunchFailures(held.workload().spec().kind(), failures)
                .map(clock.instant()::plus)
                .orElse(null);
        var reason = new Reason(
                Retries.LAUNCH_FAILED,
                "could not be started, %d times in a row: %s".formatted(failures, told(failure)));
        end(held, new Ending(again == null ? Trigger.ENDED_BADLY : Trigger.TO_RETRY, reason, null, null, again));
    }

    /** An attempt with which the platform cannot go on, however often it has tried. Its logs are kept if they can be. */
    void stuck(Executor executor, Held held, Throwable failure) {
        LOG.error("{} is ended, because the platform cannot go on with it", held.id(), failure);
        Observation seen = observed(executor, held);
        Observation.Ended ended = seen instanceof Observation.Ended its ? its : null;
        Reason reason = ended == null
                ? new Reason("PLATFORM_ERROR", "the platform could not go on with it: " + told(failure))
                : new Reason(
                        "RESULTS_NOT_KEPT",
                        "it ended with exit code %d, but what it left could not be kept: %s"
                                .formatted(ended.exitCode(), told(failure)));
        end(held, new Ending(Trigger.ENDED_BADLY, reason, ended, logs(executor, held), null));
    }

    private static @Nullable Observation observed(Executor executor, Held held) {
        try {
            return executor.observe(held.attempt().id().toString());
        } catch (RuntimeException e) {
            LOG.debug("{} cannot be observed", held.id(), e);
            return null;
        }
    }

    private AttemptArchive.@Nullable Kept logs(Executor executor, Held held) {
        try {
            return archive.keep(executor, held.workload(), held.attempt(), false);
        } catch (IOException | RuntimeException e) {
            LOG.warn("the logs of {} could not be kept", held.id(), e);
            return null;
        }
    }

    /** For users, who need not know the platform's paths. */
    private static String told(Throwable failure) {
        if (failure instanceof StorageFullException) {
            return "the object store is full";
        }
        if (failure instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        return failure instanceof IOException ? String.valueOf(failure.getMessage()) : "an error of its own";
    }

    private void end(Held held, Ending ending) {
        Instant now = clock.instant();
        Boolean changed = transactions.execute(status -> {
            var locked = store.lock(held.id()).orElseThrow();
            Optional<WorkloadState> next =
                    WorkloadTransitions.next(locked.workload().state(), ending.trigger());
            if (!held.isStill(locked) || next.isEmpty()) {
                return false; // it was given up meanwhile, and another one has its place
            }
            boolean over = next.get().ended();
            String cancelReason = locked.cancelReason();
            Reason told = next.get() == WorkloadState.CANCELLED && cancelReason != null
                    ? new Reason("CANCELLED", cancelReason)
                    : ending.reason();
            store.attemptEnded(
                    ended(held.attempt(), ending, over ? next.get() : WorkloadState.FAILED, told, now), ending.kept());
            if (ending.kept() != null) {
                store.insertOutputs(held.id(), ending.kept().outputs());
            }
            store.settled(held.id(), over ? now : null, ending.notBefore());
            workloads.change(locked.workload(), ending.trigger(), told);
            wakeups.publish(Queue.TOPIC);
            wakeups.publish(WorkloadService.RECONCILE_TOPIC);
            wakeups.publish(WorkloadService.outputTopic(held.id()));
            return true;
        });
        if (Boolean.TRUE.equals(changed)) {
            Reason reason = ending.reason();
            LOG.info(
                    "{} attempt {}: {}{}",
                    held.id(),
                    held.attempt().number(),
                    ending.trigger(),
                    reason == null ? "" : " " + reason.message());
        }
    }

    private static Attempt ended(
            Attempt attempt, Ending ending, WorkloadState state, @Nullable Reason reason, Instant now) {
        Observation.Ended ended = ending.ended();
        return new Attempt(
                attempt.id(),
                attempt.number(),
                state,
                attempt.executor(),
                attempt.node(),
                ended == null ? null : ended.exitCode(),
                reason,
                ended == null ? null : ended.startedAt(),
                ended == null ? now : ended.endedAt(),
                attempt.warnings());
    }

    private static Reason reason(Observation.Ended ended, String lastError, boolean task) {
        String said = lastError.isEmpty() ? "" : ": " + lastError;
        return switch (ended.cause()) {
            case COMPLETED ->
                new Reason("ENDED", task ? "ended" : "the service ended by itself with exit code 0" + said);
            case FAILED -> new Reason("EXIT_CODE", "ended with exit code %d%s".formatted(ended.exitCode(), said));
            case TIMED_OUT, OUT_OF_MEMORY, OUT_OF_DISK, STOPPED, KILLED, LOST ->
                new Reason(ended.cause().name(), ended.message());
        };
    }
}
