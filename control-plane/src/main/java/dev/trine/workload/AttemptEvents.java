package dev.trine.workload;

import dev.trine.lib.workload.Executor;
import dev.trine.lib.workload.Executor.Channel;
import dev.trine.lib.workload.WorkloadEvent;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.workload.WorkloadTransitions.Trigger;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes down what attempts tell: that they run, and the lines of their events channel, each exactly once. */
@Component
class AttemptEvents {

    private static final Logger LOG = LoggerFactory.getLogger(AttemptEvents.class);
    private static final int AT_ONCE = 1 << 20;
    /** Pieces in one step of a workload, so that one which has told much keeps no other waiting. */
    private static final int MOST_IN_A_STEP = 32;
    /** Bytes of an attempt's events; a program that tells more is heard no further. */
    static final long MOST_EVENTS = 256L << 20;

    private final WorkloadStore store;
    private final WorkloadService workloads;
    private final WorkloadFollowers followers;
    private final TransactionTemplate transactions;

    AttemptEvents(
            WorkloadStore store,
            WorkloadService workloads,
            WorkloadFollowers followers,
            TransactionTemplate transactions) {
        this.store = store;
        this.workloads = workloads;
        this.followers = followers;
        this.transactions = transactions;
    }

    void running(Held held, Instant startedAt) {
        if (held.attempt().startedAt() != null) {
            return;
        }
        transactions.executeWithoutResult(status -> {
            var locked = store.lock(held.id()).orElseThrow();
            if (held.isStill(locked)) {
                store.running(held.id(), held.attempt().id(), startedAt);
                workloads.change(locked.workload(), Trigger.PROGRAM_RUNS, null);
            }
        });
    }

    /**
     * Takes down what an attempt that has ended has told; false if there is more than one step may take. Its last line may lack
     * its end.
     */
    boolean readRest(Executor executor, Held held) throws IOException {
        for (int i = 0; i < MOST_IN_A_STEP; i++) {
            if (!read(executor, held)) {
                read(executor, held, true);
                return true;
            }
        }
        return false;
    }

    /**
     * Handles the next whole lines; whether there were any. What an attempt tells whose place another one has by now is left
     * alone. Lines that cannot be kept are ignored, one by one, and counted.
     */
    boolean read(Executor executor, Held held) throws IOException {
        return read(executor, held, false);
    }

    /** @param last whether nothing follows, so that a line without its end is whole */
    private boolean read(Executor executor, Held held, boolean last) throws IOException {
        long offset = store.files(held.attempt().id()).eventsOffset();
        if (offset >= MOST_EVENTS) {
            return false;
        }
        byte[] bytes = executor.read(held.attempt().id().toString(), Channel.EVENTS, offset, AT_ONCE);
        EventLines.Parsed parsed = last ? EventLines.parseLast(bytes) : EventLines.parse(bytes, AT_ONCE);
        if (parsed.bytesRead() == 0) {
            return false;
        }
        if (offset + parsed.bytesRead() >= MOST_EVENTS) {
            parsed = parsed.withWarning("events after the first %d MiB are not read".formatted(MOST_EVENTS >> 20));
        }
        String host = executor.address(held.attempt().id().toString());
        try {
            return keep(held, host, offset, parsed);
        } catch (RuntimeException e) {
            if (Disturbances.passes(e) || parsed.events().isEmpty()) {
                throw e;
            }
            LOG.warn("what {} tells cannot be kept at once, so its lines go one by one", held.id(), e);
        }
        EventLines.Parsed line = last ? parsed : EventLines.parse(EventLines.firstLine(bytes), AT_ONCE);
        try {
            return keep(held, host, offset, line);
        } catch (RuntimeException e) {
            if (Disturbances.passes(e) || line.events().isEmpty()) {
                throw e;
            }
            LOG.warn("a line that {} tells cannot be kept", held.id(), e);
            return keep(
                    held, host, offset, new EventLines.Parsed(List.of(), line.bytesRead(), 1, "it could not be kept"));
        }
    }

    private boolean keep(Held held, String host, long offset, EventLines.Parsed parsed) {
        Workload workload = held.workload();
        OptionalInt port =
                workload.spec().kind() == WorkloadSpec.Kind.SERVICE ? listening(parsed.events()) : OptionalInt.empty();
        return Boolean.TRUE.equals(transactions.execute(status -> {
            var locked = store.lock(held.id()).orElseThrow();
            if (!held.isStill(locked) || (port.isPresent() && isOthers(held.id(), host, port.getAsInt()))) {
                return false;
            }
            if (!store.eventsRead(held.attempt().id(), offset, parsed)) {
                return true;
            }
            followers.reported(locked.workload(), held.attempt().number(), parsed.events());
            if (port.isPresent()) {
                store.address(held.id(), host, port.getAsInt());
                workloads.tell(held.id());
            }
            return true;
        }));
    }

    /** Where the program says last that it listens; the machine is the executor's to know, and no program's to say. */
    private static OptionalInt listening(List<WorkloadEvent> events) {
        return events.stream()
                .filter(WorkloadEvent.Listening.class::isInstance)
                .mapToInt(event -> ((WorkloadEvent.Listening) event).port())
                .reduce((earlier, later) -> later);
    }

    /**
     * A program may say what it likes; the requests for one service shall not reach another's server by it. An address whose
     * holder has died becomes free when that is noticed, and the line is then read again.
     */
    private boolean isOthers(WorkloadId id, String host, int port) {
        boolean taken = store.taken(id, host, port);
        if (taken) {
            LOG.warn("{} says that it listens on port {}, where another workload does", id, port);
        }
        return taken;
    }
}
