package dev.trine.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.executor.local.Visibility;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class WorkloadFilesTest {

    @TempDir
    Path temporary;

    private Path home;

    @BeforeEach
    void realHome() throws IOException {
        home = Files.createDirectory(temporary.toRealPath().resolve("home"));
    }

    private Path program(String path) throws IOException {
        Path file = home.resolve(path);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private WorkloadFiles files(String path) {
        return new WorkloadFiles(home, Map.of("PATH", path, "TRINE_WORKLOAD_PATHS", "/opt/tools:/data"));
    }

    @Test
    void thePythonsOnThePathAreShownWithAllThatBelongsToThem() throws IOException {
        program(".pyenv/shims/python3");
        Path base = program(".local/share/uv/python/cpython-3.13/bin/python3.13");
        Path environment = Files.createDirectories(home.resolve("project/.venv/bin"));
        Files.createSymbolicLink(environment.resolve("python3"), base);
        Files.createSymbolicLink(
                Files.createDirectories(home.resolve(".local/bin")).resolve("python3"), base);
        assertThat(files(home.resolve(".pyenv/shims") + ":" + environment + ":" + home.resolve(".local/bin"))
                        .pythons())
                .containsExactlyInAnyOrder(
                        home.resolve(".pyenv"),
                        home.resolve("project/.venv"),
                        home.resolve(".local/share/uv/python/cpython-3.13"),
                        home.resolve(".local/bin"));
    }

    @Test
    void aProgramRightInTheHomeDoesNotShowAllOfIt() throws IOException {
        program("bin/python3");
        program("python");
        assertThat(files(home.resolve("bin") + ":" + home.resolve("other")).pythons())
                .containsExactly(home.resolve("bin"));
    }

    @Test
    void otherToolsOnThePathAreNotShownForTheyKeepTheirTokensBesideThem() throws IOException {
        program(".cargo/bin/cargo");
        assertThat(files(home.resolve(".cargo/bin").toString()).pythons()).isEmpty();
    }

    @Test
    void theHomeThePlatformAndSocketsAreHiddenAndJavaAndWhatIsNamedAreShown() {
        Visibility visible = files("/usr/bin").without(Path.of("/srv/objects"), Path.of("/srv/work"));
        assertThat(visible.hidden())
                .contains(
                        home,
                        Path.of("/run"),
                        Path.of("/tmp"),
                        Path.of("/srv/objects"),
                        Path.of("/srv/work"),
                        dev.trine.cli.Credentials.file().getParent());
        assertThat(visible.shown())
                .contains(
                        Path.of(System.getProperty("java.home")),
                        Path.of("/etc/resolv.conf"),
                        Path.of("/opt/tools"),
                        Path.of("/data"));
    }
}
