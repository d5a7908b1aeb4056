package dev.trine.storage;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that counts the streams open at a time, and tells when an object is opened or deleted. */
public final class WatchedStore implements ObjectStore {

    private final ObjectStore store;
    private final AtomicInteger open = new AtomicInteger();
    private int mostOpen;
    private Watcher opens = key -> {};
    private Watcher deletes = key -> {};

    /** Hears of every object before something happens to it. */
    @FunctionalInterface
    public interface Watcher {
        void touches(String key) throws IOException;
    }

    public WatchedStore(ObjectStore store) {
        this.store = store;
    }

    public void watch(Watcher by) {
        opens = by;
    }

    public void watchDeletes(Watcher by) {
        deletes = by;
    }

    public int open() {
        return open.get();
    }

    public int mostOpen() {
        return mostOpen;
    }

    @Override
    public Optional<InputStream> open(String key, long offset, long length) throws IOException {
        opens.touches(key);
        Optional<InputStream> found = store.open(key, offset, length);
        return found.map(Counted::new);
    }

    @Override
    public Stored put(String key, InputStream bytes) throws IOException {
        return store.put(key, bytes);
    }

    @Override
    public Optional<Stored> stat(String key) throws IOException {
        return store.stat(key);
    }

    @Override
    public void delete(String key) throws IOException {
        deletes.touches(key);
        store.delete(key);
    }

    @Override
    public void move(String from, String to) throws IOException {
        store.move(from, to);
    }

    @Override
    public List<String> list(String prefix, String after, int limit) throws IOException {
        return store.list(prefix, after, limit);
    }

    private final class Counted extends FilterInputStream {

        private boolean closed;

        Counted(InputStream in) {
            super(in);
            mostOpen = Math.max(mostOpen, open.incrementAndGet());
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
            super.close();
        }
    }
}
