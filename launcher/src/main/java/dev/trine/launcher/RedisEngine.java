package dev.trine.launcher;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/** Redis without persistence, with the binary for this machine's system and architecture. */
final class RedisEngine implements Engine {

    private static final Duration START = Duration.ofSeconds(20);
    private static final Duration BUSY = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration STOP = Duration.ofSeconds(5);

    private final Home home;
    /** Besides the socket's folder, which only this user may enter. */
    private final String password = Home.secret();

    private @Nullable Process server;

    RedisEngine(Home home) {
        this.home = home;
    }

    /** URL with the password, which holds before the server runs. */
    String url() throws IOException {
        return "redis-socket://:%s@%s".formatted(password, socket().toUri().getRawPath());
    }

    private Path socket() throws IOException {
        return home.sockets().resolve("redis");
    }

    @Override
    public String name() {
        return "Redis";
    }

    @Override
    public ProcessHandle start() throws IOException {
        Path folder = Files.createDirectories(home.engines().resolve("redis"));
        LeftOver.end(folder, "redis");
        Path executable =
                ExecutableProvider.newJarResourceProvider(folder.toFile()).get().toPath();
        Path log = home.log().resolveSibling("redis.log");
        Files.createDirectories(home.log().resolveSibling(""));
        Path configuration = folder.resolve("redis.conf");
        // in a file, because everybody may read the command lines of processes
        Home.writePrivately(configuration, """
                port 0
                unixsocket "%s"
                unixsocketperm 700
                requirepass %s
                save ""
                appendonly no
                dir "%s"
                pidfile "%s"
                """.formatted(socket(), password, folder, home.redisPid()));
        var line = new ProcessBuilder(List.of(executable.toString(), configuration.toString()))
                .redirectErrorStream(true)
                // a file and not a pipe to this process, which Redis may outlive
                .redirectOutput(log.toFile());
        Process starting = run(line);
        server = starting;
        awaitListening(starting, log);
        return starting.toHandle();
    }

    /**
     * Starts a program that has just been written. Another process that was forked meanwhile may have the file open for a moment,
     * until it becomes what it shall be; so long the system says "Text file busy".
     */
    private static Process run(ProcessBuilder line) throws IOException {
        long end = System.nanoTime() + BUSY.toNanos();
        while (true) {
            try {
                return line.start();
            } catch (IOException e) {
                if (!String.valueOf(e.getMessage()).contains("error: 26") || System.nanoTime() > end) {
                    throw e;
                }
            }
            pause();
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting", e);
        }
    }

    private void awaitListening(Process starting, Path log) throws IOException {
        long end = System.nanoTime() + START.toNanos();
        while (true) {
            if (!starting.isAlive()) {
                throw new IOException("it ended at once; see " + log);
            }
            try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
                return;
            } catch (IOException notYet) {
                if (System.nanoTime() > end) {
                    throw new IOException("it does not listen within " + START + "; see " + log, notYet);
                }
            }
            pause();
        }
    }

    @Override
    public boolean answers() {
        ByteBuffer question = ByteBuffer.wrap("PING\r\n".getBytes(StandardCharsets.US_ASCII));
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()));
                var selector = Selector.open()) {
            channel.write(question);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            // that it wants a password first is an answer too
            return selector.select(ANSWER.toMillis()) > 0 && channel.read(ByteBuffer.allocate(64)) > 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void stop() throws IOException {
        Process running = server;
        server = null;
        if (running == null) {
            return;
        }
        running.destroy();
        try {
            if (!running.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                running.destroyForcibly();
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
