package dev.trine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptTest {

    @BeforeEach
    void nothingIsWrittenAnew() {
        assumeTrue(System.getenv("TRINE_UPDATE_SNAPSHOTS") == null);
    }

    @Test
    void aDocumentThatIsOutOfDateIsRefused(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("x.md"), "a\n<!-- part -->\nold\n<!-- end of part -->\n");
        Kept.isWithin("old\n", file, "part");
        assertThatThrownBy(() -> Kept.isWithin("new\n", file, "part"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("run make snapshots");
        assertThatThrownBy(() -> Kept.isWithin("old\n", file, "other part"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("comments around other part");
    }
}
