package dev.trine.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A load of one and the same HTTP/1.1 request over connections that are kept: one thread for each connection, so that an answer
 * is seen the moment the kernel has it.
 */
final class Load {

    private static final int BUFFER = 1 << 16;
    private static final int TIMEOUT_MILLIS = 30_000;

    private final int port;
    private final byte[] request;

    /** @param port on the loopback address */
    Load(int port, byte[] request) {
        this.port = port;
        this.request = request;
    }

    /**
     * What was seen.
     *
     * @param seconds from the first request to the last answer
     * @param refused answers that were not 200
     */
    record Seen(double seconds, long requests, long refused, double p50Millis, double p99Millis) {

        double perSecond() {
            return requests / seconds;
        }
    }

    /** A request as bytes; {@code Host} and {@code Content-Length} are added. */
    static byte[] request(String method, String path, Map<String, String> headers, byte[] body) {
        var head = new StringBuilder(method)
                .append(' ')
                .append(path)
                .append(" HTTP/1.1\r\nHost: localhost\r\nContent-Length: ")
                .append(body.length)
                .append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        byte[] whole = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        return whole;
    }

    /** Every connection sends its next request when the last answer has come (a closed loop), and one at the least. */
    Seen closed(int connections, Duration time) throws InterruptedException {
        return run(connections, time, 0);
    }

    /**
     * Requests at a fixed rate, spread evenly over the connections. A request that had to wait for its connection's last answer
     * counts from when it was due, so that a stalled server is not spared (no coordinated omission).
     */
    Seen paced(int connections, double perSecond, Duration time) throws InterruptedException {
        return run(connections, time, connections / perSecond * 1e9);
    }

    private Seen run(int connections, Duration time, double interval) throws InterruptedException {
        var caller = new Caller[connections];
        var threads = new ArrayList<Thread>();
        long begin = System.nanoTime();
        for (int i = 0; i < connections; i++) {
            caller[i] = new Caller(begin + (long) (interval * i / connections), interval, begin + time.toNanos());
            threads.add(Thread.ofPlatform().start(caller[i]));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        int count = Arrays.stream(caller).mapToInt(one -> one.count).sum();
        long[] nanos = new long[count];
        int at = 0;
        long refused = 0;
        for (Caller one : caller) {
            if (one.failure != null) {
                throw new UncheckedIOException(one.failure);
            }
            System.arraycopy(one.nanos, 0, nanos, at, one.count);
            at += one.count;
            refused += one.refused;
        }
        Arrays.sort(nanos);
        return new Seen(seconds, count, refused, millis(nanos, 0.5), millis(nanos, 0.99));
    }

    private static double millis(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) (sorted.length * share)] / 1e6;
    }

    /** Connections that have had one answer each and then stay open, doing nothing; the caller closes them. */
    List<Socket> idle(int connections) throws IOException {
        var open = new ArrayList<Socket>(connections);
        for (int i = 0; i < connections; i++) {
            Socket socket = connect();
            open.add(socket);
            socket.getOutputStream().write(request);
            new Answers(socket.getInputStream()).next();
        }
        return open;
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    private final class Caller implements Runnable {

        private final double interval;
        private final long first;
        private final long end;
        private long[] nanos = new long[1 << 12];
        private int count;
        private long refused;
        private @org.jspecify.annotations.Nullable IOException failure;

        Caller(long first, double interval, long end) {
            this.first = first;
            this.interval = interval;
            this.end = end;
        }

        @Override
        public void run() {
            try (Socket socket = connect()) {
                var out = socket.getOutputStream();
                var answers = new Answers(socket.getInputStream());
                for (long turn = 0; ; turn++) {
                    long due = interval == 0 ? System.nanoTime() : first + (long) (turn * interval);
                    boolean isFirstOfLoop = interval == 0 && turn == 0;
                    if (due >= end && !isFirstOfLoop) {
                        return;
                    }
                    long from = await(due);
                    out.write(request);
                    if (answers.next() != 200) {
                        refused++;
                    }
                    add(System.nanoTime() - from);
                }
            } catch (IOException e) {
                failure = e;
            }
        }

        /** When the request counts as begun: when it was due, or a little later if only this thread woke up late. */
        private static long await(long due) {
            boolean waited = false;
            long now = System.nanoTime();
            while (now < due) {
                waited = true;
                LockSupport.parkNanos(due - now);
                now = System.nanoTime();
            }
            return waited ? now : due;
        }

        private void add(long time) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, count * 2);
            }
            nanos[count++] = time;
        }
    }

    /** Reads the answers of one connection, each to its end. */
    static final class Answers {

        private final InputStream in;
        private final byte[] buffer = new byte[BUFFER];
        private int filled;

        Answers(InputStream in) {
            this.in = in;
        }

        /**
         * Reads one answer whole; nothing of a next one may follow at once.
         *
         * @return its status
         */
        int next() throws IOException {
            filled = 0;
            int head = -1;
            while (head < 0) {
                more();
                head = headEnd();
            }
            String text = new String(buffer, 0, head, StandardCharsets.ISO_8859_1);
            int status = Integer.parseInt(text, 9, 12, 10);
            long length = contentLength(text);
            long left = length < 0 ? Long.MAX_VALUE : length - (filled - head);
            while (length < 0 ? !lastChunk() : left > 0) {
                if (filled > BUFFER / 2) {
                    // only the newest bytes can tell of the end
                    System.arraycopy(buffer, filled - 8, buffer, 0, 8);
                    filled = 8;
                }
                left -= more();
            }
            return status;
        }

        private int more() throws IOException {
            int read = in.read(buffer, filled, buffer.length - filled);
            if (read < 0) {
                throw new IOException("the server closed the connection");
            }
            filled += read;
            return read;
        }

        private int headEnd() {
            for (int i = 3; i < filled; i++) {
                if (buffer[i] == '\n' && buffer[i - 1] == '\r' && buffer[i - 2] == '\n') {
                    return i + 1;
                }
            }
            return -1;
        }

        /** -1 for an answer in chunks. */
        private static long contentLength(String head) {
            String name = "\r\ncontent-length:";
            for (int i = 0; i < head.length() - name.length(); i++) {
                if (head.regionMatches(true, i, name, 0, name.length())) {
                    int from = i + name.length();
                    return Long.parseLong(
                            head.substring(from, head.indexOf('\r', from)).strip());
                }
            }
            return -1;
        }

        private boolean lastChunk() {
            byte[] end = {'\n', '0', '\r', '\n', '\r', '\n'};
            return filled >= end.length && Arrays.equals(buffer, filled - end.length, filled, end, 0, end.length);
        }
    }
}
