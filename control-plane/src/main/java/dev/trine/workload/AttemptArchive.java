package dev.trine.workload;

import dev.trine.lib.workload.Executor;
import dev.trine.lib.workload.Executor.Channel;
import dev.trine.shared.Futures;
import dev.trine.storage.Blobs;
import dev.trine.workload.Workload.Attempt;
import dev.trine.workload.Workloads.OutputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Takes what an ended attempt leaves into the object store, before its executor forgets it. Doing it twice changes nothing. */
@Component
class AttemptArchive {

    private static final int CHUNK = 1 << 20;
    private static final int AT_ONCE = 8;
    private static final int TOGETHER = 64;
    private static final int ERROR_TAIL = 4096;
    private static final int ERROR_SHOWN = 500;

    private final Blobs blobs;

    AttemptArchive(Blobs blobs) {
        this.blobs = blobs;
    }

    /**
     * What was kept.
     *
     * @param lastError the last line of standard error, at most 500 characters; empty if there was none
     */
    record Kept(String stdoutKey, String stderrKey, List<OutputFile> outputs, String lastError) {
        Kept {
            outputs = List.copyOf(outputs);
        }
    }

    Kept keep(Executor executor, Workload workload, Attempt attempt, boolean withOutputs) throws IOException {
        String name = attempt.id().toString();
        List<OutputFile> outputs = withOutputs ? outputs(executor, workload, name) : List.of();
        var stdout = blobs.put(workload.projectId(), new ChannelStream(executor, name, Channel.STDOUT));
        var stderr = blobs.put(workload.projectId(), new ChannelStream(executor, name, Channel.STDERR));
        return new Kept(stdout.objectKey(), stderr.objectKey(), outputs, lastLine(stderr));
    }

    /** All files, several at a time: of many small ones each waits for the store most of its time. */
    private List<OutputFile> outputs(Executor executor, Workload workload, String attempt) throws IOException {
        var batches = new ConcurrentLinkedQueue<List<Executor.Output>>();
        List<Executor.Output> left = executor.outputs(attempt);
        for (int from = 0; from < left.size(); from += TOGETHER) {
            batches.add(left.subList(from, Math.min(left.size(), from + TOGETHER)));
        }
        var kept = new ConcurrentLinkedQueue<OutputFile>();
        try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> running = Stream.generate(() -> workers.submit(() -> {
                        try {
                            for (var batch = batches.poll(); batch != null; batch = batches.poll()) {
                                kept.addAll(outputs(executor, workload, attempt, batch));
                            }
                            return true;
                        } finally {
                            batches.clear(); // after a failure the others need not go on
                        }
                    }))
                    .limit(AT_ONCE)
                    .toList();
            for (Future<Boolean> one : running) {
                Futures.result(one);
            }
        }
        return kept.stream().sorted(Comparator.comparing(OutputFile::path)).toList();
    }

    private List<OutputFile> outputs(
            Executor executor, Workload workload, String attempt, List<Executor.Output> outputs) throws IOException {
        List<Blobs.Blob> stored = blobs.putAll(
                workload.projectId(),
                outputs.stream()
                        .map(output -> (Blobs.Source) () -> executor.openOutput(attempt, output.path()))
                        .toList());
        var kept = new ArrayList<OutputFile>(outputs.size());
        for (int i = 0; i < outputs.size(); i++) {
            Blobs.Blob blob = stored.get(i);
            kept.add(new OutputFile(outputs.get(i).path(), blob.objectKey(), blob.sha256(), blob.sizeBytes()));
        }
        return kept;
    }

    private String lastLine(Blobs.Blob stderr) throws IOException {
        long from = Math.max(0, stderr.sizeBytes() - ERROR_TAIL);
        try (InputStream tail = blobs.open(stderr.objectKey(), from, -1)) {
            String text = new String(tail.readAllBytes(), StandardCharsets.UTF_8).strip();
            String last = text.substring(text.lastIndexOf('\n') + 1).strip();
            return last.length() > ERROR_SHOWN ? ForeignText.cut(last, ERROR_SHOWN) + "…" : last;
        }
    }

    /** A channel as a stream, fetched piece by piece. */
    private static final class ChannelStream extends InputStream {

        private final Executor executor;
        private final String attempt;
        private final Channel channel;
        private long offset;
        private byte @Nullable [] piece;
        private int position;

        ChannelStream(Executor executor, String attempt, Channel channel) {
            this.executor = executor;
            this.attempt = attempt;
            this.channel = channel;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            byte[] current = piece;
            if (current == null || position == current.length) {
                current = executor.read(attempt, channel, offset, CHUNK);
                piece = current;
                position = 0;
                offset += current.length;
                if (current.length == 0) {
                    return -1;
                }
            }
            int count = Math.min(length, current.length - position);
            System.arraycopy(current, position, buffer, from, count);
            position += count;
            return count;
        }
    }
}
