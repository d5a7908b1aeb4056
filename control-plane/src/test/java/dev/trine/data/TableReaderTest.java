package dev.trine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.shared.ErrorCode;
import dev.trine.shared.TrineException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TableReaderTest {

    @Test
    void aTableThatTheParserRefusesIsToldWithItsReason() {
        assertThatThrownBy(() -> read(bytes(",".repeat(20_000) + "\n")))
                .isInstanceOfSatisfying(TrineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_TABLE);
                    assertThat(e).hasMessageContaining("t.csv: ").hasMessageContaining("16384");
                });
    }

    @Test
    void aTableIsNotBlamedForWhatBrokeWhileItWasRead() {
        var failure = new IOException("the disk is on fire");
        InputStream broken = new SequenceInputStream(bytes("a\n" + "1\n".repeat(100_000)), new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                throw failure;
            }
        });
        assertThatThrownBy(() -> read(broken))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCause(failure);
    }

    private static void read(InputStream bytes) throws IOException {
        try (var reader = TableReader.open("t.csv", bytes)) {
            while (reader.hasNext()) {
                reader.next();
            }
        }
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
