package dev.trine.launcher;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PostgreSQL on the data in the home, with the binaries for this machine's system and architecture. */
final class PostgresEngine implements Engine {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresEngine.class);
    private static final long LARGEST_LOG = 10 << 20;
    private static final String SUPERUSER = "postgres";
    private static final String OWNER = "trine";

    /** What an older home's superuser has made becomes the owner's, too. */
    private static final String HAND_OVER = """
            ALTER DATABASE postgres OWNER TO trine;
            DO $$
            DECLARE
                one regclass;
            BEGIN
                FOR one IN SELECT oid FROM pg_class
                            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
                              AND relowner = 'postgres'::regrole
                            ORDER BY relkind = 'S' LOOP
                    EXECUTE format('ALTER TABLE %s OWNER TO trine', one);
                END LOOP;
            END $$
            """;

    private final Home home;
    private final int port;
    private @Nullable EmbeddedPostgres server;
    private @Nullable ProcessHandle postmaster;

    PostgresEngine(Home home, int port) {
        this.home = home;
        this.port = port;
    }

    /**
     * JDBC URL with user and password, which holds before the server runs. The user owns the database and is no superuser: row-level
     * security does not hold those.
     */
    String url() throws IOException {
        return url(OWNER);
    }

    private String url(String user) throws IOException {
        return "jdbc:postgresql://localhost:%d/postgres?user=%s&password=%s".formatted(port, user, password());
    }

    private String password() throws IOException {
        return Files.readString(home.databasePassword()).strip();
    }

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public ProcessHandle start() throws IOException {
        Files.createDirectories(home.engines());
        LeftOver.end(home.engines(), "postgres");
        // none of its processes is left; what the file of a killed one names may be another program by now
        Path pidFile = pidFile();
        Files.deleteIfExists(pidFile);
        Path log = log();
        var builder = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(home.engines().toFile())
                .setDataDirectory(home.postgres())
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(port)
                .setPGStartupWait(Duration.ofSeconds(60))
                // arguments of initdb, where the library has no other door; the later of two wins over its own "trust"
                .setLocaleConfig("auth", "scram-sha-256")
                .setLocaleConfig("pwfile", home.databasePassword().toString())
                .setConnectConfig("password", password())
                // it is asked over the loopback address only
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("max_connections", "60")
                .setServerConfig("shared_buffers", "64MB")
                // the library is made for tests and turns these off; here what was told as committed must survive a
                // crash
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                // a file and not a pipe to this process, which PostgreSQL may outlive
                .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()));
        try (var _ = new Refusal(Thread.currentThread(), log)) {
            server = builder.start();
        } catch (IOException | RuntimeException e) {
            throw new IOException(lastFatal(log).orElse(String.valueOf(e.getMessage())) + "; see " + log, e);
        }
        ProcessHandle started =
                LeftOver.process(pidFile).orElseThrow(() -> new IOException("it ended at once; see " + log));
        postmaster = started;
        try {
            makeOwner();
        } catch (SQLException e) {
            throw new IOException("the owner of its database could not be made: " + e.getMessage(), e);
        }
        return started;
    }

    private Path pidFile() {
        return home.postgres().resolve("postmaster.pid");
    }

    /** In one transaction: whoever can log in as the owner finds a database that is theirs. */
    private void makeOwner() throws IOException, SQLException {
        try (var connection = DriverManager.getConnection(url(SUPERUSER));
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            try (var there = statement.executeQuery("SELECT 1 FROM pg_roles WHERE rolname = 'trine'")) {
                if (there.next()) {
                    return;
                }
            }
            // a secret of its own making, which has no quotes
            statement.execute("CREATE ROLE trine LOGIN PASSWORD '%s'".formatted(password()));
            statement.execute(HAND_OVER);
            connection.commit();
        }
    }

    /**
     * Interrupts a start as soon as {@code pg_ctl} says that the server refuses to; by itself the library would go on to wait
     * for a server that will never come.
     */
    private static final class Refusal implements AutoCloseable {

        private static final String TOLD = "could not start server";

        private final Thread starting;
        private final Path log;
        private final long from;
        private final CountDownLatch over = new CountDownLatch(1);
        private final Thread watch;

        Refusal(Thread starting, Path log) throws IOException {
            this.starting = starting;
            this.log = log;
            this.from = Files.exists(log) ? Files.size(log) : 0;
            this.watch = Thread.startVirtualThread(this::watch);
        }

        private void watch() {
            try {
                while (!over.await(100, TimeUnit.MILLISECONDS)) {
                    if (tail(log, from).contains(TOLD)) {
                        starting.interrupt();
                        return;
                    }
                }
            } catch (InterruptedException | IOException e) {
                LOG.debug("cannot watch {}", log, e);
            }
        }

        @Override
        public void close() {
            over.countDown();
            try {
                watch.join();
            } catch (InterruptedException told) {
                LOG.debug("the start was refused");
            }
            // the interruption was ours; that the platform stops is told to the keeper in another way
            boolean _ = Thread.interrupted();
        }
    }

    private static String tail(Path log, long from) throws IOException {
        if (!Files.exists(log)) {
            return "";
        }
        try (var channel = FileChannel.open(log)) {
            var bytes = ByteBuffer.allocate((int) Math.min(1 << 20, Math.max(0, channel.size() - from)));
            channel.read(bytes, from);
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        }
    }

    private static Optional<String> lastFatal(Path log) throws IOException {
        long from = Files.exists(log) ? Math.max(0, Files.size(log) - 4096) : 0;
        return tail(log, from)
                .lines()
                .filter(line -> line.contains("FATAL:"))
                .reduce((first, second) -> second)
                .map(line -> line.substring(line.indexOf("FATAL:") + 6).strip());
    }

    /** Where it writes; a log that has grown large begins anew, and the one before stays. */
    private Path log() throws IOException {
        Path log = home.log().resolveSibling("postgres.log");
        Files.createDirectories(home.log().resolveSibling(""));
        if (Files.exists(log) && Files.size(log) > LARGEST_LOG) {
            Files.move(log, log.resolveSibling("postgres.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        return log;
    }

    @Override
    public void stop() throws IOException {
        EmbeddedPostgres running = server;
        server = null;
        if (running == null) {
            return;
        }
        ProcessHandle started = postmaster;
        if (started == null || !started.isAlive()) {
            // it was killed; pg_ctl would send its signal to whatever process has the number by now
            Files.deleteIfExists(pidFile());
        }
        running.close();
    }
}
