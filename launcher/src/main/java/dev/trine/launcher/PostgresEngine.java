package dev.trine.launcher;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    /** Of the archive; the data of a home are of its first part, for ever. */
    static final String VERSION = "18.6.0";

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

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final String SOCKET = ".s.PGSQL.5432";

    private final Home home;
    private final boolean fastUnsafe;
    private @Nullable Process server;

    /** @param fastUnsafe whether it need not survive a crash of the machine */
    PostgresEngine(Home home, boolean fastUnsafe) {
        this.home = home;
        this.fastUnsafe = fastUnsafe;
    }

    /**
     * JDBC URL with user and password, which holds before the server runs. The user owns the database and is no superuser: row-level
     * security does not hold those.
     */
    String url() throws IOException {
        return url(OWNER);
    }

    private String url(String user) throws IOException {
        return "jdbc:postgresql://localhost/postgres?sslmode=disable&gssEncMode=disable&socketFactory=%s&socketFactoryArg=%s&user=%s&password=%s"
                .formatted(
                        UnixSocketFactory.class.getName(),
                        URLEncoder.encode(home.sockets().resolve(SOCKET).toString(), StandardCharsets.UTF_8),
                        user,
                        password());
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
        Files.deleteIfExists(home.postgres().resolve("postmaster.pid"));
        Files.deleteIfExists(home.sockets().resolve(SOCKET + ".lock"));
        Path log = log();
        Path bin = PostgresBinaries.in(home.engines(), VERSION).resolve("bin");
        if (!Files.isDirectory(home.postgres())) {
            makeCluster(bin, log);
        }
        String waits = fastUnsafe ? "off" : "on";
        Process starting = run(
                log,
                List.of(
                        bin.resolve("postgres").toString(),
                        "-D",
                        home.postgres().toString(),
                        // nobody reaches it over a network, and this user alone over the file system
                        "-c",
                        "listen_addresses=",
                        "-c",
                        "unix_socket_directories=" + home.sockets(),
                        "-c",
                        "unix_socket_permissions=0700",
                        "-c",
                        "max_connections=60",
                        "-c",
                        "shared_buffers=64MB",
                        "-c",
                        "fsync=" + waits,
                        "-c",
                        "synchronous_commit=" + waits,
                        "-c",
                        "full_page_writes=" + waits));
        server = starting;
        try {
            awaitAnswer(starting, log);
            makeOwner();
        } catch (SQLException e) {
            throw new IOException("the owner of its database could not be made: " + e.getMessage(), e);
        }
        return starting.toHandle();
    }

    /** Made whole or not at all: a start that is killed leaves nothing that looks like one. */
    private void makeCluster(Path bin, Path log) throws IOException {
        Path part = home.postgres().resolveSibling("postgres.part");
        PostgresBinaries.delete(part);
        Process making = run(
                log,
                List.of(
                        bin.resolve("initdb").toString(),
                        "--pgdata=" + part,
                        "--username=" + SUPERUSER,
                        "--pwfile=" + home.databasePassword(),
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        // the same order and letters on every machine
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--data-checksums",
                        // it is on the disk before it gets its name; a platform that need not survive may wait less
                        fastUnsafe ? "--no-sync" : "--sync-method=fsync"));
        if (awaitEnd(making) != 0) {
            throw new IOException("its data could not be made; see " + log);
        }
        Files.move(part, home.postgres(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** PostgreSQL refuses to run as root; in a user namespace without users it is nobody. */
    private static Process run(Path log, List<String> command) throws IOException {
        var line = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            line.addAll(List.of("unshare", "--user"));
        }
        line.addAll(command);
        // a file and not a pipe to this process, which PostgreSQL may outlive
        return new ProcessBuilder(line)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private static int awaitEnd(Process process) throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting", e);
        }
    }

    private void awaitAnswer(Process starting, Path log) throws IOException {
        long end = System.nanoTime() + START.toNanos();
        while (true) {
            try (var _ = DriverManager.getConnection(url(SUPERUSER))) {
                return;
            } catch (SQLException notYet) {
                if (!starting.isAlive()) {
                    throw new IOException(lastFatal(log).orElse("it ended at once") + "; see " + log, notYet);
                }
                if (System.nanoTime() > end) {
                    throw new IOException("it does not answer within " + START + "; see " + log, notYet);
                }
            }
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while starting", e);
            }
        }
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

    /** Also one that refuses has answered, as when all of its connections are taken. */
    @Override
    public boolean answers() {
        try (var connection = DriverManager.getConnection(
                        "%s&connectTimeout=%2$d&socketTimeout=%2$d".formatted(url(SUPERUSER), ANSWER.toSeconds()));
                var statement = connection.createStatement()) {
            return statement.execute("SELECT 1");
        } catch (SQLException e) {
            return e.getSQLState() != null && !e.getSQLState().startsWith("08");
        } catch (IOException e) {
            LOG.warn("its password cannot be read", e);
            return true;
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

    /** Ends connections and then itself, in order; one that does not is killed. */
    @Override
    public void stop() throws IOException {
        Process running = server;
        server = null;
        if (running == null || !running.isAlive()) {
            return;
        }
        // SIGINT is its "fast" shutdown; Java has no way to send that
        new ProcessBuilder("kill", "-INT", Long.toString(running.pid())).start();
        try {
            if (!running.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("PostgreSQL does not stop within {}", STOP);
                running.destroyForcibly();
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
