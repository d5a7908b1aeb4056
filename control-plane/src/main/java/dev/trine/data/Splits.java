package dev.trine.data;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.trine.identity.Audit;
import dev.trine.identity.ProjectScope;
import dev.trine.lib.workload.Input;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.Ids;
import dev.trine.shared.TrineException;
import dev.trine.storage.Blobs;
import dev.trine.storage.Blobs.Blob;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Divides versions into parts, and keeps each part as a table of its own. */
@Service
class Splits {

    private final DatasetVersionStore versions;
    private final Blobs blobs;
    private final Audit audit;
    private final TransactionTemplate transactions;
    private final IdSource ids;
    private final Clock clock;

    Splits(
            DatasetVersionStore versions,
            Blobs blobs,
            Audit audit,
            TransactionTemplate transactions,
            IdSource ids,
            Clock clock) {
        this.versions = versions;
        this.blobs = blobs;
        this.audit = audit;
        this.transactions = transactions;
        this.ids = ids;
        this.clock = clock;
    }

    /** The split of that definition; made if it is not there yet. */
    Split ensure(ProjectScope scope, DatasetVersion version, Split.Definition definition) throws IOException {
        definition.check();
        var existing = versions.split(version.id(), definition.name());
        if (existing.isPresent()) {
            return same(existing.get(), definition);
        }
        List<Input.File> files = versions.files(version.id());
        int stratum = stratum(version, definition);
        int[] partOf = definition.assign(strata(files, stratum));
        UUID id = ids.next();
        var split = new Split(Ids.format("spl", id), definition, write(scope, files, definition, partOf));
        Boolean made = transactions.execute(status -> {
            boolean inserted =
                    versions.insertSplit(id, version.id(), split, scope.caller().userId(), clock.instant());
            if (inserted) {
                audit.record(scope, "dataset.split.create", split.id(), Map.of("name", definition.name()));
            }
            return inserted;
        });
        return Boolean.TRUE.equals(made)
                ? split
                : same(versions.split(version.id(), definition.name()).orElseThrow(), definition);
    }

    private static Split same(Split existing, Split.Definition definition) {
        if (!existing.definition().equals(definition)) {
            throw new TrineException(
                    ErrorCode.ALREADY_EXISTS,
                    "the version has a split '%s' already, with another definition".formatted(definition.name()));
        }
        return existing;
    }

    private static int stratum(DatasetVersion version, Split.Definition definition) {
        if (definition.stratifyBy() == null) {
            return -1;
        }
        List<String> names = version.schema().stream().map(Column::name).toList();
        int column = names.indexOf(definition.stratifyBy());
        if (column < 0) {
            throw TrineException.invalid("stratifyBy", "'%s' is not a column".formatted(definition.stratifyBy()));
        }
        return column;
    }

    private List<String> strata(List<Input.File> files, int column) throws IOException {
        var strata = new ArrayList<String>();
        for (Input.File file : files) {
            try (var reader = TableReader.open(file.path(), blobs.open(file.objectKey()))) {
                while (reader.hasNext()) {
                    List<String> row = reader.next();
                    strata.add(column < 0 ? "" : row.get(column));
                }
            }
        }
        return strata;
    }

    private List<Split.Part> write(
            ProjectScope scope, List<Input.File> files, Split.Definition definition, int[] partOf) throws IOException {
        List<String> names = List.copyOf(definition.parts().keySet());
        var temporary = new ArrayList<Path>();
        try {
            var writers = new ArrayList<CsvWriter>();
            for (String name : names) {
                Path file = Files.createTempFile("split-" + name, ".csv");
                temporary.add(file);
                writers.add(CsvWriter.builder()
                        .lineDelimiter(LineDelimiter.LF)
                        .build(new BufferedWriter(
                                new OutputStreamWriter(Files.newOutputStream(file), StandardCharsets.UTF_8))));
            }
            long[] rows = new long[names.size()];
            try {
                divide(files, partOf, writers, rows);
            } finally {
                for (CsvWriter writer : writers) {
                    writer.close();
                }
            }
            var parts = new ArrayList<Split.Part>();
            for (int i = 0; i < names.size(); i++) {
                try (var bytes = Files.newInputStream(temporary.get(i))) {
                    Blob blob = blobs.put(scope.projectId(), bytes);
                    parts.add(new Split.Part(
                            names.get(i), rows[i], names.get(i) + ".csv", blob.sha256(), blob.sizeBytes()));
                }
            }
            return parts;
        } finally {
            for (Path file : temporary) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void divide(List<Input.File> files, int[] partOf, List<CsvWriter> writers, long[] rows) throws IOException {
        boolean first = true;
        int row = 0;
        for (Input.File file : files) {
            try (var reader = TableReader.open(file.path(), blobs.open(file.objectKey()))) {
                if (first) {
                    writers.forEach(writer -> writer.writeRecord(reader.header()));
                    first = false;
                }
                while (reader.hasNext()) {
                    int part = partOf[row++];
                    writers.get(part).writeRecord(reader.next());
                    rows[part]++;
                }
            }
        }
    }
}
