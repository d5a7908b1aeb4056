package dev.trine.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts around the program: wherever it is unpacked, whichever way it is called. */
class ScriptsST {

    /** A copy of the distribution, as links of the same files where the file system has them. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                Path copy = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.createLink(copy, file);
                }
            }
        }
    }

    @Test
    void theBuildHasLetTheJvmLearnFromAStart() {
        assertThat(Shell.TRINE.resolveSibling(Path.of("..", "lib", "trine.aot")))
                .isNotEmptyFile();
    }

    @Test
    void trineStartsInAFolderWithSpacesAndThroughLinks() throws IOException {
        Path folder = Files.createTempDirectory(Shell.scratch(), "a folder with spaces");
        Path dist = folder.resolve("trine 0.1");
        copy(Shell.ROOT.resolve(Path.of("dist", "trine")), dist);
        Path bin = Files.createDirectories(folder.resolve("my bin"));
        // one link relative, as `ln -s ../…` makes it, and one absolute that leads to it
        Files.createSymbolicLink(bin.resolve("trine"), Path.of("..", "trine 0.1", "bin", "trine"));
        Path link = Files.createSymbolicLink(folder.resolve("t"), bin.resolve("trine"));

        for (Path program : List.of(dist.resolve(Path.of("bin", "trine")), bin.resolve("trine"), link)) {
            Shell.Result version = Shell.run(Map.of(), List.of(program.toString(), "--version"));
            assertThat(version.exit()).as(version.toString()).isZero();
            assertThat(version.out()).startsWith("trine ");
            assertThat(version.err()).isEmpty();
        }
        // looked up by its name alone
        Shell.Result help = Shell.run(
                Map.of("CDPATH", "/", "PATH", bin + ":" + System.getenv("PATH")), List.of("sh", "-c", "trine --help"));
        assertThat(help.exit()).as(help.toString()).isZero();
        assertThat(help.out()).contains("status");
        Shell.Result status = Shell.run(Shared.user(), List.of(link.toString(), "status"));
        assertThat(status.exit()).as(status.toString()).isZero();
        assertThat(status.out()).contains("services");
        Shell.Result flags = Shell.run(
                Map.of("TRINE_JAVA_OPTS", "-Dany=1 -XX:+PrintFlagsFinal"), List.of(link.toString(), "--version"));
        assertThat(flags.out()).contains("MaxHeapSize").contains("= 268435456");
    }

    @Test
    void aCopyWhoseFilesHaveTheAgeOfTheCopyStartsFromTheCacheToo() throws IOException {
        Path dist = Files.createTempDirectory(Shell.scratch(), "copied").resolve("trine");
        copy(Shell.ROOT.resolve(Path.of("dist", "trine")), dist);
        try (Stream<Path> jars = Files.list(dist.resolve("lib"))) {
            for (Path jar : (Iterable<Path>) jars.filter(file -> file.toString().endsWith(".jar"))::iterator) {
                Files.setLastModifiedTime(jar, FileTime.from(Instant.now()));
            }
        }
        Shell.Result version = Shell.run(
                Map.of("TRINE_JAVA_OPTS", "-Xlog:class+load:stdout"),
                List.of(dist.resolve(Path.of("bin", "trine")).toString(), "--version"));
        assertThat(version.exit()).as(version.toString()).isZero();
        assertThat(version.out().lines())
                .anyMatch(line -> line.contains("dev.trine.launcher.Launcher source: shared objects file"));
        assertThat(version.err()).isEmpty();
    }

    @Test
    void aMavenThatIsNotTheOneWeKnowIsNotInstalled(@TempDir Path folder) throws IOException {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        script(bin.resolve("mvn"), "echo Apache Maven 3.0"); // too old to be used
        script(bin.resolve("curl"), "while [ \"$1\" != -o ]; do shift; done; echo evil > \"$2\"");
        Path cache = folder.resolve("cache");
        Shell.Result refused = Shell.run(
                Map.of("PATH", bin + ":" + System.getenv("PATH"), "XDG_CACHE_HOME", cache.toString()),
                List.of(Shell.ROOT.resolve(Path.of("tools", "mvn")).toString(), "-v"));
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("SHA-512").contains("nothing is installed");
        assertThat(cache.resolve("trine")).isEmptyDirectory();
    }

    private static void script(Path file, String line) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
