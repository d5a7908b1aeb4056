package dev.trine.workload;

import dev.trine.identity.LiveWorkloads;
import dev.trine.lib.workload.Executor;
import dev.trine.lib.workload.Executor.Channel;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.SnapshotRead;
import dev.trine.shared.TrineException;
import dev.trine.shared.Wakeups;
import dev.trine.storage.Blobs;
import dev.trine.workload.Workload.Attempt;
import dev.trine.workload.Workload.Reason;
import dev.trine.workload.WorkloadStore.AttemptFiles;
import dev.trine.workload.WorkloadStore.Row;
import dev.trine.workload.WorkloadTransitions.Trigger;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What others may ask of workloads, and every change of their state. */
@Service
class WorkloadService implements Workloads, Queue, LiveWorkloads {

    /** Wakes the reconcilers. */
    static final String RECONCILE_TOPIC = "workloads";

    /** More than any task has, and enough to see what a service suffers from. */
    private static final int MOST_ATTEMPTS = 110;

    private final WorkloadStore store;
    private final Executors executors;
    private final Blobs blobs;
    private final Wakeups wakeups;
    private final WorkloadFollowers followers;
    private final IdSource ids;
    private final Clock clock;

    WorkloadService(
            WorkloadStore store,
            Executors executors,
            Blobs blobs,
            Wakeups wakeups,
            WorkloadFollowers followers,
            IdSource ids,
            Clock clock) {
        this.store = store;
        this.executors = executors;
        this.blobs = blobs;
        this.wakeups = wakeups;
        this.followers = followers;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    @Transactional
    public Workload submit(Submission submission) {
        followers.of(submission.owner());
        var id = new WorkloadId(ids.next());
        store.insert(id, submission, clock.instant());
        wakeups.publish(TOPIC);
        return get(id);
    }

    @Override
    @SnapshotRead
    public Workload get(WorkloadId id) {
        return store.find(id).map(Row::workload).orElseThrow(() -> TrineException.notFound("workload", id));
    }

    @Override
    @Transactional
    public void cancel(WorkloadId id, String why) {
        Row row = store.lock(id).orElseThrow(() -> TrineException.notFound("workload", id));
        if (row.workload().state().ended() || row.cancelReason() != null) {
            return;
        }
        store.cancelAsked(id, why);
        if (row.workload().state() == WorkloadState.QUEUED) {
            store.settled(id, clock.instant(), null);
        }
        change(row.workload(), Trigger.CANCEL_ASKED, new Reason("CANCELLED", why));
        wakeups.publish(RECONCILE_TOPIC);
        wakeups.publish(TOPIC);
    }

    @Override
    @Transactional
    public void restart(WorkloadId id, Reason why) {
        Row row = store.lock(id).orElseThrow(() -> TrineException.notFound("workload", id));
        if (row.workload().state() == WorkloadState.RUNNING && row.restart() == null) {
            store.restartAsked(id, why);
            wakeups.publish(RECONCILE_TOPIC);
        }
    }

    @Override
    @Transactional
    public void cancelAll(Collection<WorkloadId> ids, String why) {
        store.lockAll(ids);
        ids.forEach(id -> cancel(id, why));
    }

    /** Makes one step through the transition table and tells it; false when the trigger means nothing now. */
    @Transactional(propagation = Propagation.MANDATORY)
    boolean change(Workload locked, Trigger trigger, @Nullable Reason reason) {
        Optional<WorkloadState> next = WorkloadTransitions.next(locked.state(), trigger);
        next.ifPresent(state -> {
            store.state(locked.id(), state, reason);
            tell(locked.id());
        });
        return next.isPresent();
    }

    /** Tells the owner, within the transaction, how the workload stands now. */
    @Transactional(propagation = Propagation.MANDATORY)
    void tell(WorkloadId id) {
        followers.changed(get(id));
    }

    @Override
    public boolean isLive(String workload, String attempt) {
        return store.isLive(WorkloadId.of(workload), AttemptId.of(attempt));
    }

    @Override
    public List<Waiting> waiting() {
        return store.queue(clock.instant());
    }

    @Override
    public Map<NodeId, dev.trine.lib.workload.Resources> allocations() {
        return store.allocations();
    }

    @Override
    @Transactional
    public void place(WorkloadId id, NodeId node) {
        Row row = store.lock(id).orElseThrow(() -> TrineException.notFound("workload", id));
        if (WorkloadTransitions.next(row.workload().state(), Trigger.PLACED).isEmpty()) {
            return;
        }
        List<Attempt> attempts = row.workload().attempts();
        int number = attempts.isEmpty() ? 1 : attempts.getLast().number() + 1;
        store.place(id, new AttemptId(ids.next()), number, node);
        store.deleteAttemptsBefore(id, number - MOST_ATTEMPTS);
        change(row.workload(), Trigger.PLACED, null);
        wakeups.publish(RECONCILE_TOPIC);
    }

    @Override
    @Transactional
    public void explain(WorkloadId id, String reason) {
        if (store.waiting(id, new Reason("WAITING_FOR_RESOURCES", reason))) {
            tell(id);
        }
    }

    @Override
    @Transactional
    public void reject(WorkloadId id, String reason) {
        Row row = store.lock(id).orElseThrow(() -> TrineException.notFound("workload", id));
        Instant now = clock.instant();
        if (WorkloadTransitions.next(row.workload().state(), Trigger.REJECTED).isPresent()) {
            store.settled(id, now, null);
            change(row.workload(), Trigger.REJECTED, new Reason(ErrorCode.RESOURCES_IMPOSSIBLE.name(), reason));
            wakeups.publish(RECONCILE_TOPIC);
        }
    }

    @Override
    public LogSlice logs(Workload workload, int attemptNumber, Channel channel, long offset, int maxBytes)
            throws IOException {
        Optional<Attempt> found = workload.attempts().stream()
                .filter(one -> one.number() == attemptNumber)
                .findFirst();
        if (found.isEmpty()) {
            return new LogSlice(new byte[0], offset, workload.state().ended());
        }
        Attempt attempt = found.get();
        return attempt.state().ended()
                ? kept(attempt, channel, offset, maxBytes)
                : live(attempt, channel, offset, maxBytes);
    }

    private LogSlice live(Attempt attempt, Channel channel, long offset, int maxBytes) throws IOException {
        Optional<Executor> executor = executors.on(attempt.place());
        byte[] bytes = executor.isEmpty()
                ? new byte[0]
                : executor.get().read(attempt.id().toString(), channel, offset, maxBytes);
        return new LogSlice(bytes, offset + bytes.length, false);
    }

    private LogSlice kept(Attempt attempt, Channel channel, long offset, int maxBytes) throws IOException {
        AttemptFiles files = store.files(attempt.id());
        String key = channel == Channel.STDERR ? files.stderrKey() : files.stdoutKey();
        if (key == null) {
            return new LogSlice(new byte[0], offset, true);
        }
        try (var in = blobs.open(key, offset, maxBytes)) {
            byte[] bytes = in.readAllBytes();
            return new LogSlice(bytes, offset + bytes.length, bytes.length < maxBytes);
        }
    }

    @Override
    public List<OutputFile> outputs(WorkloadId id) {
        return store.outputs(id);
    }

    @Override
    public dev.trine.shared.Wakeups.Subscription onOutput(WorkloadId id, Runnable listener) {
        return wakeups.subscribe(outputTopic(id), listener);
    }

    static String outputTopic(WorkloadId id) {
        return "output:" + id;
    }
}
