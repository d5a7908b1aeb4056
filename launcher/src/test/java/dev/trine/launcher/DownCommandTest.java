package dev.trine.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code trine down} makes of a home whose lock somebody has, and of the number in its pid file. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class DownCommandTest {

    @TempDir
    private Path folder;

    private Process process;

    @BeforeEach
    void start() throws IOException {
        // what the shell is told for its own name and arguments stands in its command line
        process = shell("-Dx=y", Launcher.class.getName(), "up", "--port", "0");
    }

    @AfterEach
    void stop() {
        process.destroyForcibly();
    }

    private static Process shell(String... arguments) throws IOException {
        var line = new java.util.ArrayList<>(List.of("sh", "-c", "read _", "java"));
        line.addAll(List.of(arguments));
        return new ProcessBuilder(line).start();
    }

    private Path pidFile(Object text) throws IOException {
        return Files.writeString(folder.resolve("trine.pid"), text.toString());
    }

    @Test
    void theProcessThatRunsAPlatformIsFound() throws IOException {
        assertThat(DownCommand.platform(pidFile(process.pid()))).contains(process.toHandle());
    }

    @Test
    void anEmptyFileAndNoneNameNobody() throws IOException {
        assertThat(DownCommand.platform(folder.resolve("none"))).isEmpty();
        assertThat(DownCommand.platform(pidFile(""))).isEmpty();
        assertThat(DownCommand.platform(pidFile("12 34"))).isEmpty();
    }

    @Test
    void aProcessThatHasStartedAfterTheFileWasWrittenIsAnother() throws IOException {
        Path file = pidFile(process.pid());
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3600)));
        assertThat(DownCommand.platform(file)).isEmpty();
    }

    @Test
    void anotherProgramIsNoPlatformAndNeitherIsAnotherDown() throws IOException {
        Process down = shell("-Dx=y", Launcher.class.getName(), "down");
        Process other = shell("something", "else");
        try {
            assertThat(DownCommand.platform(pidFile(down.pid()))).isEmpty();
            assertThat(DownCommand.platform(pidFile(other.pid()))).isEmpty();
        } finally {
            down.destroyForcibly();
            other.destroyForcibly();
        }
    }

    @Test
    void aForeignProcessWhoseNumberIsInTheFileLives() throws IOException {
        Process foreign = shell("something", "else");
        Home home = Home.at(folder.resolve("home"));
        try (var _ = home.lock().orElseThrow().acquiredBy()) {
            Files.writeString(home.pid(), Long.toString(foreign.pid()));
            assertThat(new CommandLine(new DownCommand())
                            .execute("--home", home.folder().toString()))
                    .isEqualTo(1);
            assertThat(foreign.isAlive()).isTrue();
        } finally {
            foreign.destroyForcibly();
        }
    }
}
