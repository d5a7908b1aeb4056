package dev.trine.data;

import dev.trine.shared.ErrorCode;
import dev.trine.shared.TrineException;
import dev.trine.shared.Violation;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a whole table once: refuses one that cannot be trained on, and learns the schema of the others. */
final class TableInspector {

    private static final int MOST_VIOLATIONS = 20;
    private static final int MOST_COLUMNS = 10_000;

    private TableInspector() {}

    /** What a table has. */
    record Table(List<Column> columns, long rows) {
        Table {
            columns = List.copyOf(columns);
        }
    }

    /**
     * @throws TrineException {@code INVALID_TABLE} with up to 20 places where it is wrong, {@code UNSUPPORTED_FILE_TYPE}, {@code
     *     CORRUPT_FILE}
     */
    static Table inspect(String file, InputStream bytes, @Nullable String labelColumn) throws IOException {
        try (TableReader reader = TableReader.open(file, bytes)) {
            List<String> header = reader.header();
            refuse(file, headerViolations(header, labelColumn));
            List<ColumnProfile> profiles = header.stream()
                    .map(name -> new ColumnProfile(name, header.size()))
                    .toList();
            var found = new ArrayList<Violation>();
            long rows = 0;
            while (reader.hasNext() && found.size() < MOST_VIOLATIONS) {
                List<String> row = reader.next();
                rows++;
                if (row.size() != header.size()) {
                    found.add(new Violation(
                            "row " + rows,
                            "has %d fields, but the header names %d columns".formatted(row.size(), header.size())));
                    continue;
                }
                for (int i = 0; i < row.size(); i++) {
                    if (!profiles.get(i).accept(row.get(i))) {
                        found.add(new Violation(
                                "row %d, column %s".formatted(rows, header.get(i)),
                                "'%s' is not a finite number; leave the field empty if the value is missing"
                                        .formatted(row.get(i))));
                    }
                }
            }
            if (rows == 0) {
                found.add(new Violation("rows", "there are none below the header"));
            }
            refuse(file, found);
            return new Table(profiles.stream().map(ColumnProfile::column).toList(), rows);
        }
    }

    private static List<Violation> headerViolations(List<String> header, @Nullable String labelColumn) {
        var found = new ArrayList<Violation>();
        if (header.size() > MOST_COLUMNS) {
            return List.of(new Violation(
                    "header", "has %d columns; at most %d are taken".formatted(header.size(), MOST_COLUMNS)));
        }
        var seen = new HashSet<String>();
        for (int i = 0; i < header.size(); i++) {
            String name = header.get(i);
            if (name.isBlank()) {
                found.add(new Violation("column " + (i + 1), "has no name"));
            } else if (!seen.add(name)) {
                found.add(new Violation("column " + (i + 1), "is the second one with the name '%s'".formatted(name)));
            }
        }
        if (labelColumn != null && !header.contains(labelColumn)) {
            found.add(new Violation(
                    "labelColumn", "'%s' is not a column; there are %s".formatted(labelColumn, shortened(header))));
        }
        return found;
    }

    private static void refuse(String file, List<Violation> found) {
        if (!found.isEmpty()) {
            List<Violation> shown = found.subList(0, Math.min(found.size(), MOST_VIOLATIONS));
            throw new TrineException(
                    ErrorCode.INVALID_TABLE,
                    "%s: %s: %s%s"
                            .formatted(
                                    file,
                                    shown.getFirst().field(),
                                    shown.getFirst().message(),
                                    found.size() > 1 ? " (and %d more)".formatted(found.size() - 1) : ""),
                    shown,
                    null);
        }
    }

    private static String shortened(List<String> header) {
        return header.size() <= 10
                ? header.toString()
                : header.subList(0, 5) + " … " + header.subList(header.size() - 3, header.size());
    }
}
