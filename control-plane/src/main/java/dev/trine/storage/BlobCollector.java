package dev.trine.storage;

import dev.trine.identity.ProjectId;
import dev.trine.shared.TrineException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Removes the blobs that nothing uses. In two steps, so that none goes that somebody is about to use: a blob without a use is noted
 * with the time, and so is each that is stored; one whose note is old is looked at again, and goes, while its note is locked. Who
 * stores the same bytes meanwhile waits for that lock, and then stores them anew.
 */
@Component
class BlobCollector {

    private static final Logger LOG = LoggerFactory.getLogger(BlobCollector.class);
    /** Far longer than anything takes from storing bytes to the row that names them. */
    private static final Duration GRACE = Duration.ofDays(1);

    private static final int LISTED = 1_000;
    /** So many removals one transaction waits for. */
    private static final int REMOVED = 100;

    private final ObjectStore store;
    private final LooseBlobStore loose;
    private final List<BlobUses> modules;
    private final TransactionTemplate transactions;
    private final Clock clock;

    BlobCollector(
            ObjectStore store,
            LooseBlobStore loose,
            List<BlobUses> modules,
            TransactionTemplate transactions,
            Clock clock) {
        this.store = store;
        this.loose = loose;
        this.modules = modules;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "PT1H", initialDelayString = "PT15M")
    void collect() throws IOException {
        for (String folder : store.folders()) {
            Optional<ProjectId> project = project(folder);
            if (project.isPresent()) {
                note(project.get());
                remove(project.get());
            }
        }
    }

    /** Whose folder it is; empty for one that is no project's. */
    private static Optional<ProjectId> project(String folder) {
        try {
            return Optional.of(ProjectId.of(folder));
        } catch (TrineException foreign) {
            return Optional.empty();
        }
    }

    private void note(ProjectId project) throws IOException {
        String folder = Blobs.folder(project);
        List<String> keys = store.list(folder, "", LISTED);
        while (!keys.isEmpty()) {
            var unused = new HashSet<>(keys);
            unused.removeAll(used(project, keys));
            loose.unused(project, unused, clock.instant());
            keys = store.list(folder, keys.getLast(), LISTED);
        }
    }

    private Set<String> used(ProjectId project, Collection<String> keys) {
        var used = new HashSet<String>();
        for (BlobUses module : modules) {
            used.addAll(module.used(project, keys));
        }
        return used;
    }

    private void remove(ProjectId project) {
        String last = "";
        List<String> looked;
        do {
            String after = last;
            looked = Objects.requireNonNull(transactions.execute(status -> removeSome(project, after)));
            last = looked.isEmpty() ? last : looked.getLast();
        } while (looked.size() == REMOVED);
    }

    /** Removes the next ones whose time is over; returns all that it looked at. */
    private List<String> removeSome(ProjectId project, String after) {
        List<String> keys = loose.lockOlder(project, clock.instant().minus(GRACE), after, REMOVED);
        Set<String> used = used(project, keys);
        var done = new ArrayList<String>(keys.size());
        for (String key : keys) {
            if (used.contains(key) || removed(key)) {
                done.add(key);
            }
        }
        loose.forget(done);
        return keys;
    }

    private boolean removed(String key) {
        try {
            store.delete(key);
            LOG.info("removed {}, which nothing uses", key);
            return true;
        } catch (IOException e) {
            LOG.warn("{} could not be removed, and will be tried again: {}", key, e.getMessage());
            return false;
        }
    }
}
