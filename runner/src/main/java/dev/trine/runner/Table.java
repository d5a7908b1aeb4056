package dev.trine.runner;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Numeric features and a label per row, read from CSV, plain or gzipped.
 *
 * @param features names of the feature columns, in file order
 * @param rows {@code [row][feature]}
 * @param labels the label of each row, as text
 */
record Table(List<String> features, List<float[]> rows, List<String> labels) {

    /**
     * Reads a file.
     *
     * @throws WrongInputException naming file, row and column of the first cell that is not a finite number
     */
    static Table read(Path file, String labelColumn) throws IOException {
        String name = String.valueOf(file.getFileName());
        try (var reader = CsvReader.builder().ofCsvRecord(unzipped(file), StandardCharsets.UTF_8)) {
            Iterator<CsvRecord> records = reader.iterator();
            if (!records.hasNext()) {
                throw new WrongInputException("'%s' is empty".formatted(name));
            }
            List<String> header = records.next().getFields();
            int label = header.indexOf(labelColumn);
            if (label < 0) {
                throw new WrongInputException(
                        "'%s' has no column '%s'; it has %s".formatted(name, labelColumn, header));
            }
            var features = new ArrayList<>(header);
            features.remove(label);
            var rows = new ArrayList<float[]>();
            var labels = new ArrayList<String>();
            while (records.hasNext()) {
                CsvRecord one = records.next();
                rows.add(numbers(name, header, label, one, rows.size() + 1));
                labels.add(one.getField(label));
            }
            if (rows.isEmpty()) {
                throw new WrongInputException("'%s' has a header but no rows".formatted(name));
            }
            return new Table(List.copyOf(features), rows, labels);
        } catch (CsvParseException e) {
            throw new WrongInputException("'%s' is not CSV: %s".formatted(name, e.getMessage()));
        } catch (EOFException | ZipException e) {
            throw new WrongInputException("'%s' is a damaged gzip file".formatted(name));
        } catch (NoSuchFileException e) {
            throw new WrongInputException("there is no input file '%s'".formatted(file));
        }
    }

    private static InputStream unzipped(Path file) throws IOException {
        var bytes = new BufferedInputStream(Files.newInputStream(file));
        bytes.mark(2);
        boolean gzip = bytes.read() == 0x1f && bytes.read() == 0x8b;
        bytes.reset();
        return gzip ? new GZIPInputStream(bytes) : bytes;
    }

    private static float[] numbers(String file, List<String> header, int label, CsvRecord one, int row) {
        var numbers = new float[header.size() - 1];
        int next = 0;
        for (int column = 0; column < header.size(); column++) {
            if (column == label) {
                continue;
            }
            float number = number(one.getField(column));
            if (!Float.isFinite(number)) {
                throw new WrongInputException("row %d of '%s': '%s' in column '%s' is not a finite number"
                        .formatted(row, file, one.getField(column), header.get(column)));
            }
            numbers[next++] = number;
        }
        return numbers;
    }

    private static float number(String cell) {
        try {
            return Float.parseFloat(cell.strip());
        } catch (NumberFormatException e) {
            return Float.NaN;
        }
    }
}
