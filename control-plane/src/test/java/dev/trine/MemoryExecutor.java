package dev.trine;

import dev.trine.lib.workload.Executor;
import dev.trine.lib.workload.LaunchRefusedException;
import dev.trine.lib.workload.Node;
import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.Resources;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.testkit.Await;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** An executor on one node, whose programs say and do what a test wants. */
public final class MemoryExecutor implements Executor {

    private final String name;
    private final Node node;
    private final Map<String, Started> attempts = new ConcurrentHashMap<>();
    private final BlockingQueue<Started> launched = new LinkedBlockingQueue<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final Map<Step, Queue<IOException>> faults = new ConcurrentHashMap<>();

    /** What can fail. */
    public enum Step {
        LAUNCH,
        OBSERVE,
        FORGET
    }

    public MemoryExecutor(String node, double cpus) {
        this("local", node, cpus);
    }

    public MemoryExecutor(String name, String node, double cpus) {
        this.name = name;
        this.node = new Node(node, node, new Resources(cpus, 64L << 30, 0), "none", Map.of());
    }

    /** A program that runs. */
    public final class Started {

        private final String attempt;
        private final WorkloadSpec spec;
        private final Instant at = Instant.parse("2026-01-01T00:00:00Z");
        private final ByteArrayOutputStream events = new ByteArrayOutputStream();
        private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
        private volatile boolean unreadable;
        private final Map<String, byte[]> outputs = new ConcurrentHashMap<>();
        private volatile Observation seen = new Observation.Running(at);

        private Started(String attempt, WorkloadSpec spec) {
            this.attempt = attempt;
            this.spec = spec;
        }

        public WorkloadSpec spec() {
            return spec;
        }

        /** Appends to the events. */
        public void tell(String text) {
            synchronized (events) {
                events.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            }
            changed();
        }

        /** Appends to standard error. */
        public void complain(String text) {
            synchronized (errors) {
                errors.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            }
        }

        /** What it leaves cannot be listed. */
        public void leaveUnreadable() {
            unreadable = true;
        }

        public void leave(String path, String text) {
            outputs.put(path, text.getBytes(StandardCharsets.UTF_8));
        }

        public void end(Cause cause) {
            seen = new Observation.Ended(cause == Cause.COMPLETED ? 0 : 1, cause, "ended", at, at.plusSeconds(1));
            changed();
        }

        /** Hints that something of it has changed. */
        public void changed() {
            listeners.forEach(listener -> listener.accept(attempt));
        }

        private byte[] read(Channel channel, int from, int most) {
            ByteArrayOutputStream bytes = switch (channel) {
                case EVENTS -> events;
                case STDERR -> errors;
                case STDOUT -> new ByteArrayOutputStream();
            };
            synchronized (bytes) {
                byte[] all = bytes.toByteArray();
                return Arrays.copyOfRange(all, Math.min(from, all.length), Math.min(all.length, from + most));
            }
        }
    }

    /** Whether a program is launched that {@link #next} has not told of. */
    public boolean isLaunched() {
        return !launched.isEmpty();
    }

    /** The next program that is launched. */
    public Started next() throws InterruptedException {
        return Objects.requireNonNull(
                launched.poll(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS), "nothing is launched on " + node.id());
    }

    /** A step fails so many times from now on. */
    public void fail(Step step, int times, IOException fault) {
        faults.put(step, new ConcurrentLinkedQueue<>(Collections.nCopies(times, fault)));
    }

    /** Whether a step has failed as often as it was to. */
    public boolean hasFailed(Step step) {
        return faults.getOrDefault(step, new ArrayDeque<>()).isEmpty();
    }

    private void begin(Step step) throws IOException {
        Queue<IOException> left = faults.get(step);
        IOException fault = left == null ? null : left.poll();
        if (fault != null) {
            throw fault;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Node> nodes() {
        return List.of(node);
    }

    @Override
    public void launch(Launch launch) throws LaunchRefusedException, IOException {
        begin(Step.LAUNCH);
        if (!launch.node().equals(node.id())) {
            throw new LaunchRefusedException(LaunchRefusedException.Reason.NODE_UNKNOWN, "not " + launch.node());
        }
        attempts.computeIfAbsent(launch.attempt(), name -> {
            var started = new Started(name, launch.spec());
            launched.add(started);
            return started;
        });
    }

    @Override
    public Observation observe(String attempt) {
        try {
            begin(Step.OBSERVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Started started = attempts.get(attempt);
        return started == null ? new Observation.Absent() : started.seen;
    }

    @Override
    public void stop(String attempt, Duration grace) {
        Started started = attempts.get(attempt);
        if (started != null) {
            started.end(Cause.STOPPED);
        }
    }

    @Override
    public byte[] read(String attempt, Channel channel, long offset, int maxBytes) {
        Started started = attempts.get(attempt);
        return started == null ? new byte[0] : started.read(channel, (int) offset, maxBytes);
    }

    @Override
    public String address(String attempt) {
        return "127.0.0.1";
    }

    @Override
    public List<Output> outputs(String attempt) throws IOException {
        if (started(attempt).unreadable) {
            throw new IOException("its files cannot be listed");
        }
        return started(attempt).outputs.entrySet().stream()
                .map(file -> new Output(file.getKey(), file.getValue().length))
                .toList();
    }

    @Override
    public InputStream openOutput(String attempt, String path) throws IOException {
        return new ByteArrayInputStream(
                Objects.requireNonNull(started(attempt).outputs.get(path)));
    }

    private Started started(String attempt) throws IOException {
        Started started = attempts.get(attempt);
        if (started == null) {
            throw new FileNotFoundException(attempt);
        }
        return started;
    }

    @Override
    public void forget(String attempt) throws IOException {
        begin(Step.FORGET);
        attempts.remove(attempt);
    }

    @Override
    public List<String> attempts() {
        return List.copyOf(attempts.keySet());
    }

    @Override
    public Subscription onChange(Consumer<String> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        listeners.clear();
    }
}
