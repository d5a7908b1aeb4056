package dev.trine.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeTest {

    @TempDir
    private Path folder;

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void isMadeForItsUserAlone() throws IOException {
        Home home = Home.at(folder.resolve("new").resolve("home"));
        assertThat(permissions(home.folder())).isEqualTo("rwx------");
    }

    @Test
    void aFolderWithOtherFilesIsRefusedAndLeftAsItIs() throws IOException {
        Path taken = Files.createDirectory(folder.resolve("taken"));
        Files.setPosixFilePermissions(taken, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.writeString(taken.resolve("thesis.tex"), "mine");
        assertThatThrownBy(() -> Home.at(taken))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("name a new or an empty folder");
        assertThat(permissions(taken)).isEqualTo("rwxrwxrwx");
        assertThat(taken.resolve("run")).doesNotExist();
    }

    @Test
    void aVolumeOfItsOwnIsEmptyEnough() throws IOException {
        Path volume = Files.createDirectory(folder.resolve("volume"));
        Files.createDirectory(volume.resolve("lost+found"));
        assertThat(Home.at(volume).folder()).isEqualTo(volume.toRealPath());
    }

    @Test
    void whoOnlyAsksForAnExistingOneMakesNothing() throws IOException {
        Path none = folder.resolve("none");
        assertThat(Home.existing(none)).isEmpty();
        assertThat(none).doesNotExist();
        assertThat(Home.existing(folder)).isEmpty();
        assertThat(folder).isEmptyDirectory();
        Home made = Home.at(none);
        assertThat(Home.existing(none)).contains(made);
    }

    @Test
    void aPasswordIsFreshOnceAndKeptForItsUserAlone() throws IOException {
        Home home = Home.at(folder.resolve("home"));
        Home.AdminPassword first = home.adminPassword();
        assertThat(first.fresh()).isTrue();
        assertThat(permissions(home.adminPasswordFile())).isEqualTo("rw-------");
        assertThat(home.adminPassword()).isEqualTo(new Home.AdminPassword(first.value(), true, false));
    }
}
