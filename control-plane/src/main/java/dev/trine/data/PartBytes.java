package dev.trine.data;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.trine.lib.workload.Input;
import dev.trine.storage.Blobs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Some rows of a version's files as the bytes of one CSV file, made while they are read; bounded memory. */
final class PartBytes extends InputStream {

    private static final int CHUNK = 64 * 1024;

    private final Iterator<Input.File> files;
    private final Blobs blobs;
    private final IntPredicate isIn;
    private final ByteArrayOutputStream made = new ByteArrayOutputStream(CHUNK);
    private final CsvWriter writer = CsvWriter.builder()
            .lineDelimiter(LineDelimiter.LF)
            .build(new OutputStreamWriter(made, StandardCharsets.UTF_8));
    private byte[] chunk = new byte[0];
    private int given;
    private @Nullable TableReader reader;
    private boolean headed;
    private int row;

    /** @param isIn which rows, by their number from 0 over all files */
    PartBytes(List<Input.File> files, Blobs blobs, IntPredicate isIn) {
        this.files = files.iterator();
        this.blobs = blobs;
        this.isIn = isIn;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (given == chunk.length) {
            make();
        }
        if (chunk.length == 0) {
            return -1;
        }
        int count = Math.min(length, chunk.length - given);
        System.arraycopy(chunk, given, buffer, offset, count);
        given += count;
        return count;
    }

    /** Makes the next chunk; an empty one at the end. */
    private void make() throws IOException {
        made.reset();
        TableReader table = reader;
        while (made.size() < CHUNK) {
            if (table == null) {
                if (!files.hasNext()) {
                    break;
                }
                Input.File file = files.next();
                table = TableReader.open(file.path(), blobs.open(file.objectKey()));
                reader = table;
                if (!headed) {
                    writer.writeRecord(table.header());
                    headed = true;
                }
            }
            if (table.hasNext()) {
                List<String> fields = table.next();
                if (isIn.test(row++)) {
                    writer.writeRecord(fields);
                }
            } else {
                table.close();
                table = null;
                reader = null;
            }
        }
        writer.flush();
        chunk = made.toByteArray();
        given = 0;
    }

    @Override
    public void close() throws IOException {
        if (reader != null) {
            reader.close();
        }
    }
}
