package dev.trine.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(UnpackedEngines.class)
class PostgresEngineTest {

    private static String setting(String url, String name) throws SQLException {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.prepareStatement("SELECT current_setting(?)")) {
            statement.setString(1, name);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }

    private static void signal(String name, ProcessHandle process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    @Test
    void whatIsCommittedIsOnTheDiskBeforeItIsTold(@TempDir Path folder) throws IOException, SQLException {
        var engine = new PostgresEngine(Home.at(folder.resolve("home")), false);
        engine.start();
        try {
            for (String name : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
                assertThat(setting(engine.url(), name)).as(name).isEqualTo("on");
            }
            assertThat(setting(engine.url(), "data_checksums")).isEqualTo("on");
        } finally {
            engine.stop();
        }
    }

    @Test
    void oneThatNeedNotSurviveACrashDoesNotWaitForTheDisk(@TempDir Path folder) throws Exception {
        var engine = new PostgresEngine(Home.at(folder.resolve("home")), true);
        ProcessHandle process = engine.start();
        try {
            assertThat(setting(engine.url(), "fsync")).isEqualTo("off");
            assertThat(setting(engine.url(), "data_checksums")).isEqualTo("on");
            assertThat(engine.answers()).isTrue();
            signal("STOP", process);
            assertThat(engine.answers()).as("frozen").isFalse();
            signal("CONT", process);
            assertThat(engine.answers()).isTrue();
        } finally {
            engine.stop();
        }
    }

    @Test
    void nobodyGetsInWithoutThePasswordThatTheHomeKeeps(@TempDir Path folder) throws IOException {
        Home home = Home.at(folder.resolve("home"));
        var engine = new PostgresEngine(home, false);
        engine.start();
        try {
            String withoutPassword = engine.url().replaceFirst("&password=.*", "");
            assertThatThrownBy(() -> setting(withoutPassword, "fsync")).hasMessageContaining("password");
            assertThatThrownBy(() -> setting(withoutPassword + "&password=guessed", "fsync"))
                    .hasMessageContaining("password authentication failed");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.databasePassword())))
                    .isEqualTo("rw-------");
        } finally {
            engine.stop();
        }
    }

    @Test
    void aForeignProcessThatHasTheNumberOfAKilledServerLives(@TempDir Path folder) throws Exception {
        Home home = Home.at(folder.resolve("home"));
        var engine = new PostgresEngine(home, false);
        ProcessHandle server = engine.start();
        Path pidFile = home.postgres().resolve("postmaster.pid");
        String told = Files.readString(pidFile);
        server.destroyForcibly();
        server.onExit().get(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
        Process foreign = new ProcessBuilder("sh", "-c", "read _").start();
        try {
            Files.writeString(pidFile, told.replaceFirst("\\d+", Long.toString(foreign.pid())));
            engine.stop();
            assertThat(foreign.waitFor(1, TimeUnit.SECONDS)).as("ended").isFalse();
        } finally {
            foreign.destroyForcibly();
            LeftOver.end(home.engines(), "postgres");
        }
    }

    @Test
    void theLocksOfAKilledServerDoNotKeepTheNextOneFromStarting(@TempDir Path folder) throws Exception {
        Home home = Home.at(folder.resolve("home"));
        var engine = new PostgresEngine(home, true);
        ProcessHandle server = engine.start();
        Path pidFile = home.postgres().resolve("postmaster.pid");
        Path lock = home.sockets().resolve(".s.PGSQL.5432.lock");
        String told = Files.readString(pidFile);
        String locked = Files.readString(lock);
        server.destroyForcibly();
        server.onExit().get(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
        LeftOver.end(home.engines(), "postgres");
        Process foreign = new ProcessBuilder("sh", "-c", "read _").start();
        try {
            // as when another process has got its number
            Files.writeString(pidFile, told.replaceFirst("\\d+", Long.toString(foreign.pid())));
            Files.writeString(lock, locked.replaceFirst("\\d+", Long.toString(foreign.pid())));
            engine.start();
            engine.stop();
        } finally {
            foreign.destroyForcibly();
        }
    }

    @Test
    void theSamePasswordHoldsAtTheNextStart(@TempDir Path folder) throws IOException, SQLException {
        Home home = Home.at(folder.resolve("home"));
        for (int start = 0; start < 2; start++) {
            var engine = new PostgresEngine(home, false);
            engine.start();
            try {
                assertThat(setting(engine.url(), "listen_addresses")).isEmpty();
                Path socket = home.sockets().resolve(".s.PGSQL.5432");
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                        .isEqualTo("rwx------");
            } finally {
                engine.stop();
            }
        }
    }

    @Test
    void thePlatformsRoleOwnsTheDatabaseAndIsHeldByRowSecurity(@TempDir Path folder) throws IOException, SQLException {
        var engine = new PostgresEngine(Home.at(folder.resolve("home")), false);
        engine.start();
        try {
            assertThat(asked(
                            engine.url(), "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"))
                    .isEqualTo("f");
            assertThat(asked(
                            engine.url(),
                            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"))
                    .isEqualTo("trine");
        } finally {
            engine.stop();
        }
    }

    @Test
    void whatASuperuserMadeInAnOlderHomeIsHandedOver(@TempDir Path folder) throws IOException, SQLException {
        Home home = Home.at(folder.resolve("home"));
        var engine = new PostgresEngine(home, false);
        engine.start();
        try (var connection = DriverManager.getConnection(engine.url().replace("user=trine", "user=postgres"));
                var statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE postgres OWNER TO postgres");
            statement.execute("DROP ROLE trine");
            statement.execute("CREATE TABLE kept (id bigint GENERATED BY DEFAULT AS IDENTITY, name serial)");
            statement.execute("CREATE VIEW seen AS SELECT id FROM kept");
        } finally {
            engine.stop();
        }
        var next = new PostgresEngine(home, false);
        next.start();
        try {
            assertThat(asked(
                            next.url(),
                            "SELECT string_agg(DISTINCT pg_get_userbyid(relowner), ',') FROM pg_class"
                                    + " WHERE relnamespace = 'public'::regnamespace"))
                    .isEqualTo("trine");
        } finally {
            next.stop();
        }
    }

    private static String asked(String url, String query) throws SQLException {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
