package dev.trine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Documents that are written from the code; {@code make snapshots} writes them anew, and a test fails when one is not as it would be. */
final class Kept {

    private static final String ADVICE = "%s is not what the code says: run make snapshots and look at the difference";

    private Kept() {}

    /** The file is exactly this text. */
    static void is(String text, Path file) throws IOException {
        if (System.getenv("TRINE_UPDATE_SNAPSHOTS") != null) {
            Files.writeString(file, text);
        }
        assertThat(Files.readString(file)).as(ADVICE, file.getFileName()).isEqualTo(text);
    }

    /** Between the comments {@code <!-- name -->} and {@code <!-- end of name -->} the file is exactly this text. */
    static void isWithin(String text, Path file, String name) throws IOException {
        String begin = "<!-- " + name + " -->\n";
        String end = "<!-- end of " + name + " -->";
        String all = Files.readString(file);
        int from = all.indexOf(begin) + begin.length();
        int to = all.indexOf(end);
        assertThat(to)
                .as("%s has the comments around %s", file.getFileName(), name)
                .isGreaterThanOrEqualTo(from);
        is(all.substring(0, from) + text + all.substring(to), file);
    }
}
