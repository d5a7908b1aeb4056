package dev.trine.workload;

import dev.trine.lib.workload.Executor;
import dev.trine.lib.workload.Executor.Channel;
import dev.trine.lib.workload.LaunchRefusedException;
import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.WorkloadEvent;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.shared.InstanceProperties;
import dev.trine.shared.Wakeups;
import dev.trine.storage.Blobs;
import dev.trine.workload.Workload.Attempt;
import dev.trine.workload.Workload.Reason;
import dev.trine.workload.WorkloadStore.Row;
import dev.trine.workload.WorkloadTransitions.Trigger;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings one workload one step nearer to its end: looks at the wanted and at the observed state, does what is missing, and may
 * be killed at any point; whoever comes next finds the same two states and goes on. Nothing is remembered between steps.
 */
@Component
class WorkloadReconciler implements LostNodes {

    private static final Logger LOG = LoggerFactory.getLogger(WorkloadReconciler.class);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private static final int EVENTS_AT_ONCE = 1 << 20;
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final InstanceProperties self;
    private final WorkloadStore store;
    private final WorkloadService workloads;
    private final Executors executors;
    private final AttemptArchive archive;
    private final List<LaunchEnvironment> environments;
    private final List<OutputReader> readers;
    private final Blobs blobs;
    private final Wakeups wakeups;
    private final ApplicationEventPublisher events;
    private final TransactionTemplate transactions;
    private final Clock clock;

    WorkloadReconciler(
            InstanceProperties self,
            WorkloadStore store,
            WorkloadService workloads,
            Executors executors,
            AttemptArchive archive,
            List<LaunchEnvironment> environments,
            List<OutputReader> readers,
            Blobs blobs,
            Wakeups wakeups,
            ApplicationEventPublisher events,
            TransactionTemplate transactions,
            Clock clock) {
        this.self = self;
        this.store = store;
        this.workloads = workloads;
        this.executors = executors;
        this.archive = archive;
        this.environments = environments;
        this.readers = readers;
        this.blobs = blobs;
        this.wakeups = wakeups;
        this.events = events;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** One step, of what is on this copy's own nodes; what is on another's is left alone. */
    void reconcile(WorkloadId id) throws IOException {
        Instant now = clock.instant();
        if (store.lease(id, executors.nodes(), self.name(), now, now.plus(LEASE))) {
            Row row = store.find(id).orElseThrow();
            Attempt attempt = row.workload().attempts().getLast();
            Optional<Executor> executor = executors.on(attempt.executor(), attempt.node());
            if (executor.isPresent() && !attempt.state().ended()) {
                advance(executor.get(), row, attempt);
            }
        }
        forgetEnded(id);
    }

    @Override
    public void giveUp(String node) {
        for (WorkloadId id : store.placedOn(node)) {
            store.find(id).ifPresent(row -> {
                Instant now = clock.instant();
                Attempt attempt = row.workload().attempts().getLast();
                var lost = new Observation.Ended(-1, Cause.LOST, "node '%s' has gone".formatted(node), now, now);
                endBadly(row, attempt, lost, null, "");
            });
        }
    }

    private void advance(Executor executor, Row row, Attempt attempt) throws IOException {
        Workload workload = row.workload();
        String name = attempt.id().toString();
        Observation seen = executor.observe(name);
        if (row.cancelReason() != null
                && !(seen instanceof Observation.Ended)
                && !(seen instanceof Observation.Absent)) {
            executor.stop(name, GRACE);
        }
        switch (seen) {
            case Observation.Absent absent -> absent(executor, row, attempt);
            case Observation.Starting starting -> {}
            case Observation.Running running -> {
                running(workload.id(), attempt, running.startedAt());
                readEvents(executor, workload, attempt);
                wakeups.publish(WorkloadService.outputTopic(workload.id()));
            }
            case Observation.Ended ended -> {
                readAllEvents(executor, workload, attempt);
                finish(executor, row, attempt, ended);
            }
        }
    }

    /** Not launched yet, or lost. */
    private void absent(Executor executor, Row row, Attempt attempt) throws IOException {
        Workload workload = row.workload();
        Instant now = clock.instant();
        if (row.cancelReason() != null) {
            finish(executor, row, attempt, new Observation.Ended(-1, Cause.STOPPED, "never started", now, now));
        } else if (workload.state() == WorkloadState.RUNNING || attempt.startedAt() != null) {
            finish(
                    executor,
                    row,
                    attempt,
                    new Observation.Ended(-1, Cause.LOST, "its machine does not know it any more", now, now));
        } else {
            launch(executor, row, attempt);
        }
    }

    private void launch(Executor executor, Row row, Attempt attempt) throws IOException {
        Workload workload = row.workload();
        try {
            executor.launch(new Executor.Launch(
                    workload.id().toString(),
                    attempt.id().toString(),
                    attempt.node(),
                    withEnvironment(row, attempt),
                    blobs::open));
        } catch (LaunchRefusedException refused) {
            if (refused.reason() == LaunchRefusedException.Reason.NODE_UNKNOWN) {
                launchFailed(workload, attempt, refused); // its place is gone; there may be others
                return;
            }
            var reason = new Reason(refused.reason().name(), String.valueOf(refused.getMessage()));
            end(workload.id(), attempt, reason, null, Trigger.REJECTED, null, null);
        } catch (IOException e) {
            launchFailed(workload, attempt, e);
        }
    }

    /** Gives the place back, and waits for another one. Not for ever: what holds it up may be its own. */
    private void launchFailed(Workload workload, Attempt attempt, Exception failure) {
        int failures = Retries.launchFailures(workload.attempts()) + 1;
        LOG.warn("{} attempt {} could not be launched", workload.id(), attempt.number(), failure);
        Optional<Duration> wait = Retries.afterLaunchFailures(failures);
        var reason = new Reason(
                Retries.LAUNCH_FAILED,
                "could not be started, %d times in a row: %s".formatted(failures, told(failure)));
        end(
                workload.id(),
                attempt,
                reason,
                null,
                wait.isPresent() ? Trigger.TO_RETRY : Trigger.ENDED_BADLY,
                null,
                wait.map(clock.instant()::plus).orElse(null));
    }

    /** For users, who need not know the platform's paths. */
    private static String told(Exception failure) {
        return failure instanceof FileSystemException file && file.getReason() != null
                ? file.getReason()
                : String.valueOf(failure.getMessage());
    }

    private WorkloadSpec withEnvironment(Row row, Attempt attempt) {
        WorkloadSpec spec = row.workload().spec();
        var env = new HashMap<String, String>();
        environments.forEach(source -> env.putAll(source.environment(row.workload(), attempt, row.submittedBy())));
        env.putAll(spec.env());
        return new WorkloadSpec(
                spec.kind(),
                spec.program(),
                env,
                spec.inputs(),
                spec.resources(),
                spec.network(),
                spec.timeout(),
                spec.maxRetries());
    }

    private void running(WorkloadId id, Attempt attempt, Instant startedAt) {
        if (attempt.startedAt() != null) {
            return;
        }
        transactions.executeWithoutResult(status -> {
            Workload locked = store.lock(id).orElseThrow().workload();
            if (!isCurrent(locked, attempt)) {
                return;
            }
            store.running(id, attempt.id(), startedAt);
            workloads.change(locked, Trigger.PROGRAM_RUNS, null);
        });
    }

    private void readAllEvents(Executor executor, Workload workload, Attempt attempt) throws IOException {
        while (readEvents(executor, workload, attempt)) {
            // until nothing is left
        }
    }

    /**
     * Handles the next whole lines of the events channel, each exactly once; whether there were any. What an attempt tells whose
     * place another one has by now is left alone.
     */
    boolean readEvents(Executor executor, Workload workload, Attempt attempt) throws IOException {
        long offset = store.files(attempt.id()).eventsOffset();
        byte[] bytes = executor.read(attempt.id().toString(), Channel.EVENTS, offset, EVENTS_AT_ONCE);
        EventLines.Parsed parsed = EventLines.parse(bytes, EVENTS_AT_ONCE);
        if (parsed.bytesRead() == 0) {
            return false;
        }
        Integer port = workload.spec().kind() == WorkloadSpec.Kind.SERVICE ? listening(parsed.events()) : null;
        String host = port == null ? "" : executor.address(attempt.id().toString());
        return Boolean.TRUE.equals(transactions.execute(status -> {
            Workload locked = store.lock(workload.id()).orElseThrow().workload();
            if (!isCurrent(locked, attempt) || (port != null && isOthers(locked, host, port))) {
                return false;
            }
            if (!store.eventsRead(attempt.id(), offset, offset + parsed.bytesRead())) {
                return true;
            }
            events.publishEvent(new WorkloadReported(
                    workload.id(), workload.owner(), workload.ownerId(), attempt.number(), parsed.events()));
            if (port != null) {
                store.address(workload.id(), host, port);
                workloads.tell(workload.id());
            }
            return true;
        }));
    }

    /** Where the program says last that it listens; the machine is the executor's to know, and no program's to say. */
    private static @Nullable Integer listening(List<WorkloadEvent> events) {
        Integer port = null;
        for (WorkloadEvent event : events) {
            if (event instanceof WorkloadEvent.Listening(int told)) {
                port = told;
            }
        }
        return port;
    }

    private static boolean isCurrent(Workload locked, Attempt attempt) {
        Attempt last = locked.attempts().getLast();
        return last.id().equals(attempt.id()) && !last.state().ended();
    }

    /**
     * A program may say what it likes; the requests for one service shall not reach another's server by it. An address whose
     * holder has died becomes free when that is noticed, and the line is then read again.
     */
    private boolean isOthers(Workload locked, String host, int port) {
        boolean taken = store.taken(locked.id(), host, port);
        if (taken) {
            LOG.warn("{} says that it listens on port {}, where another workload does", locked.id(), port);
        }
        return taken;
    }

    private void finish(Executor executor, Row row, Attempt attempt, Observation.Ended ended) throws IOException {
        Workload workload = row.workload();
        boolean task = workload.spec().kind() == WorkloadSpec.Kind.TASK;
        boolean well = task && ended.cause() == Cause.COMPLETED;
        AttemptArchive.Kept kept = archive.keep(executor, workload, attempt, well);
        if (well) {
            for (OutputReader reader : readers) {
                reader.read(workload, kept.outputs());
            }
            end(workload.id(), attempt, null, ended, Trigger.ENDED_WELL, kept, null);
        } else {
            endBadly(row, attempt, ended, kept, kept.lastError());
        }
    }

    private void endBadly(
            Row row, Attempt attempt, Observation.Ended ended, AttemptArchive.@Nullable Kept kept, String lastError) {
        Workload workload = row.workload();
        boolean task = workload.spec().kind() == WorkloadSpec.Kind.TASK;
        Reason reason = reason(ended, lastError, task);
        Optional<Duration> wait = row.cancelReason() == null
                ? Retries.afterEnd(workload.spec(), workload.attempts(), ended)
                : Optional.empty();
        end(
                workload.id(),
                attempt,
                reason,
                ended,
                wait.isPresent() ? Trigger.TO_RETRY : Trigger.ENDED_BADLY,
                kept,
                wait.map(clock.instant()::plus).orElse(null));
    }

    private void end(
            WorkloadId id,
            Attempt attempt,
            @Nullable Reason reason,
            Observation.@Nullable Ended ended,
            Trigger trigger,
            AttemptArchive.@Nullable Kept kept,
            @Nullable Instant notBefore) {
        Instant now = clock.instant();
        Boolean changed = transactions.execute(status -> {
            Row locked = store.lock(id).orElseThrow();
            if (!isCurrent(locked.workload(), attempt)) {
                return false; // it was given up meanwhile, and another one has its place
            }
            Optional<WorkloadState> next =
                    WorkloadTransitions.next(locked.workload().state(), trigger);
            if (next.isEmpty()) {
                return false;
            }
            boolean over = next.get().ended();
            String cancelReason = locked.cancelReason();
            Reason told = next.get() == WorkloadState.CANCELLED && cancelReason != null
                    ? new Reason("CANCELLED", cancelReason)
                    : reason;
            WorkloadState attemptState = over ? next.get() : WorkloadState.FAILED;
            store.attemptEnded(
                    new Attempt(
                            attempt.id(),
                            attempt.number(),
                            attemptState,
                            attempt.executor(),
                            attempt.node(),
                            ended == null ? null : ended.exitCode(),
                            told,
                            ended == null ? null : ended.startedAt(),
                            ended == null ? now : ended.endedAt()),
                    kept == null ? null : kept.stdoutKey(),
                    kept == null ? null : kept.stderrKey());
            if (kept != null) {
                store.insertOutputs(id, kept.outputs());
            }
            store.settled(id, over ? now : null, notBefore);
            workloads.change(locked.workload(), trigger, told);
            wakeups.publish(Queue.TOPIC);
            wakeups.publish(WorkloadService.RECONCILE_TOPIC);
            wakeups.publish(WorkloadService.outputTopic(id));
            return true;
        });
        if (Boolean.TRUE.equals(changed)) {
            LOG.info(
                    "{} attempt {}: {}{}", id, attempt.number(), trigger, reason == null ? "" : " " + reason.message());
        }
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

    /** The folders and processes of what is over go. */
    private void forgetEnded(WorkloadId id) throws IOException {
        for (Attempt attempt : store.toForget(id)) {
            Optional<Executor> executor = executors.on(attempt.executor(), attempt.node());
            if (executor.isPresent()) {
                executor.get().forget(attempt.id().toString());
                store.forgotten(attempt.id());
            }
        }
    }
}
