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

    private Home home(Object pidFile) throws IOException {
        Home home = Home.at(folder.resolve("home"));
        Files.writeString(home.pid(), pidFile.toString());
        return home;
    }

    private Instant started() {
        return process.info().startInstant().orElseThrow();
    }

    @Test
    void theProcessThatRunsAPlatformIsFound() throws IOException {
        Home home = Home.at(folder.resolve("home"));
        Files.writeString(home.pid(), home.identity(process.toHandle()));
        assertThat(DownCommand.platform(home)).contains(process.toHandle());
    }

    @Test
    void aPlatformOfAnEarlierVersionIsFoundByItsNumber() throws IOException {
        assertThat(DownCommand.platform(home(process.pid()))).contains(process.toHandle());
    }

    @Test
    void anEmptyFileAndNoneNameNobody() throws IOException {
        assertThat(DownCommand.platform(Home.at(folder.resolve("new")))).isEmpty();
        assertThat(DownCommand.platform(home(""))).isEmpty();
        assertThat(DownCommand.platform(home("12 34"))).isEmpty();
        assertThat(DownCommand.platform(home(process.pid() + "\n0"))).isEmpty();
    }

    @Test
    void aProcessThatHasStartedAfterTheFileWasWrittenIsAnother() throws IOException {
        Home home = home(process.pid());
        Files.setLastModifiedTime(home.pid(), FileTime.from(Instant.now().minusSeconds(3600)));
        assertThat(DownCommand.platform(home)).isEmpty();
    }

    @Test
    void aPlatformThatHasStartedAtAnotherTimeThanTheFileSaysIsAnother() throws IOException {
        Home home = Home.at(folder.resolve("home"));
        long earlier = started().minusSeconds(60).toEpochMilli();
        Files.writeString(home.pid(), "%d%n%d%n%s%n".formatted(process.pid(), earlier, home.folder()));
        assertThat(DownCommand.platform(home)).isEmpty();
    }

    @Test
    void theFileOfAHomeThatWasCopiedDoesNotNameTheFirstOnesPlatform() throws IOException {
        Home first = Home.at(folder.resolve("first"));
        assertThat(DownCommand.platform(home(first.identity(process.toHandle()))))
                .isEmpty();
    }

    @Test
    void aLockedHomeNamesThisProcessWithItsStartAndFolder() throws IOException {
        Home home = Home.at(folder.resolve("home"));
        try (var _ = home.lock().orElseThrow().acquiredBy()) {
            assertThat(home.pid()).hasContent(home.identity(ProcessHandle.current()));
        }
    }

    @Test
    void anotherProgramIsNoPlatformAndNeitherIsAnotherDown() throws IOException {
        Process down = shell("-Dx=y", Launcher.class.getName(), "down");
        Process other = shell("something", "else");
        try {
            assertThat(DownCommand.platform(home(down.pid()))).isEmpty();
            assertThat(DownCommand.platform(home(other.pid()))).isEmpty();
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
