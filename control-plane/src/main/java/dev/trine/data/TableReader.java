package dev.trine.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.TrineException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a CSV or TSV table, gzipped or not, row by row in bounded memory. What is wrong with the bytes becomes a {@link
 * TrineException} that names the file.
 */
final class TableReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TableReader.class);
    private static final int PEEK = 64 * 1024;

    private final String file;
    private final CsvReader<CsvRecord> reader;
    private final Iterator<CsvRecord> records;
    private final List<String> header;

    private TableReader(String file, CsvReader<CsvRecord> reader) {
        this.file = file;
        this.reader = reader;
        this.records = reader.iterator();
        if (!hasNext()) {
            throw new TrineException(
                    ErrorCode.INVALID_TABLE, "%s is empty; its first line must name the columns".formatted(file));
        }
        this.header = next();
    }

    /** Opens a table by its content; the name only helps to tell tabs from commas, and in errors. */
    static TableReader open(String file, InputStream bytes) throws IOException {
        var plain = new BufferedInputStream(unzipped(file, new BufferedInputStream(bytes, PEEK)), PEEK);
        plain.mark(PEEK);
        byte[] start = read(file, plain, 4096);
        plain.reset();
        String unsupported = unsupported(start);
        if (unsupported != null) {
            throw new TrineException(
                    ErrorCode.UNSUPPORTED_FILE_TYPE,
                    "%s is %s; supported are csv and tsv, plain or gzipped".formatted(file, unsupported));
        }
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        char separator = file.contains(".tsv") ? '\t' : ',';
        return new TableReader(
                file,
                CsvReader.builder()
                        .fieldSeparator(separator)
                        .skipEmptyLines(true)
                        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .detectBomHeader(false)
                        .ofCsvRecord(new InputStreamReader(plain, decoder)));
    }

    private static InputStream unzipped(String file, BufferedInputStream bytes) throws IOException {
        bytes.mark(2);
        int first = bytes.read();
        int second = bytes.read();
        bytes.reset();
        if (first != 0x1f || second != 0x8b) {
            return bytes;
        }
        try {
            return new GZIPInputStream(bytes, PEEK);
        } catch (EOFException | ZipException damaged) {
            throw corrupt(file, damaged);
        }
    }

    private static byte[] read(String file, InputStream in, int most) throws IOException {
        try {
            return in.readNBytes(most);
        } catch (EOFException | ZipException damaged) {
            throw corrupt(file, damaged);
        }
    }

    private static @org.jspecify.annotations.Nullable String unsupported(byte[] start) {
        String text = new String(start, StandardCharsets.ISO_8859_1);
        if (text.startsWith("PK\u0003\u0004")) {
            return "a zip archive";
        }
        if (text.startsWith("PAR1")) {
            return "a parquet file";
        }
        if (text.startsWith("\u0089PNG") || text.startsWith("\u00ff\u00d8\u00ff")) {
            return "an image";
        }
        if (text.startsWith("%PDF")) {
            return "a PDF";
        }
        return text.indexOf('\0') >= 0 ? "not text" : null;
    }

    private static TrineException corrupt(String file, Throwable cause) {
        String why = cause instanceof EOFException ? "it ends in the middle" : String.valueOf(cause.getMessage());
        return new TrineException(
                ErrorCode.CORRUPT_FILE,
                "the gzip file %s is damaged: %s; upload it again".formatted(file, why),
                List.of(),
                cause);
    }

    List<String> header() {
        return header;
    }

    boolean hasNext() {
        try {
            return records.hasNext();
        } catch (UncheckedIOException | CsvParseException e) {
            throw told(e);
        }
    }

    List<String> next() {
        try {
            return records.next().getFields();
        } catch (UncheckedIOException | CsvParseException e) {
            throw told(e);
        } catch (NoSuchElementException end) {
            throw new IllegalStateException("hasNext() said no", end);
        }
    }

    private RuntimeException told(RuntimeException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof EOFException || cause instanceof ZipException) {
                return corrupt(file, cause);
            }
            if (cause instanceof CharacterCodingException) {
                return new TrineException(
                        ErrorCode.INVALID_TABLE, file + " is not UTF-8 text; convert it first", List.of(), e);
            }
        }
        return e instanceof CsvParseException parse ? notCsv(parse) : e;
    }

    /** A refusal that has only the parser's own reasons; what it met and does not know is no fault of the table. */
    private RuntimeException notCsv(CsvParseException e) {
        String where = String.valueOf(e.getMessage());
        String why = where;
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (!(cause instanceof CsvParseException)) {
                return new IllegalStateException("reading %s failed: %s".formatted(file, where), e);
            }
            why = "%s: %s".formatted(where, cause.getMessage());
        }
        LOG.info("refused {}", file, e);
        return new TrineException(ErrorCode.INVALID_TABLE, "%s: %s".formatted(file, why), List.of(), e);
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
