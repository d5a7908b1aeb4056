package dev.trine.data;

import dev.trine.identity.Audit;
import dev.trine.identity.ProjectScope;
import dev.trine.lib.workload.Input;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.TrineException;
import dev.trine.storage.Blobs;
import dev.trine.storage.Blobs.Blob;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Divides versions into parts, and keeps each part as a table of its own. One at a time, since each takes memory by row. */
@Service
class Splits {

    /** Of a row while its version is divided: its stratum, its place in the permutation, and its part. */
    private static final int BYTES_PER_ROW = Character.BYTES + Integer.BYTES + Byte.BYTES;

    private static final int MOST_STRATA = 1 << Character.SIZE;

    private final DatasetVersionStore versions;
    private final Blobs blobs;
    private final Audit audit;
    private final TransactionTemplate transactions;
    private final IdSource ids;
    private final Clock clock;
    private final long mostRows;
    private final TableThreads threads = new TableThreads("table-division", 1);

    @Autowired
    Splits(
            DatasetVersionStore versions,
            Blobs blobs,
            Audit audit,
            TransactionTemplate transactions,
            IdSource ids,
            Clock clock) {
        this(versions, blobs, audit, transactions, ids, clock, rowsThatFit());
    }

    Splits(
            DatasetVersionStore versions,
            Blobs blobs,
            Audit audit,
            TransactionTemplate transactions,
            IdSource ids,
            Clock clock,
            long mostRows) {
        this.versions = versions;
        this.blobs = blobs;
        this.audit = audit;
        this.transactions = transactions;
        this.ids = ids;
        this.clock = clock;
        this.mostRows = mostRows;
    }

    /** A quarter of the heap is for the rows of the version that is divided. */
    private static long rowsThatFit() {
        return Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 4 / BYTES_PER_ROW);
    }

    /** The split of that definition; made if it is not there yet. */
    Split ensure(ProjectScope scope, DatasetVersion version, Split.Definition definition) throws IOException {
        definition.check();
        var existing = versions.split(version.id(), definition.name());
        if (existing.isPresent()) {
            return same(existing.get(), definition);
        }
        if (version.rowCount() > mostRows) {
            throw TrineException.invalid(
                    "version",
                    "has %d rows; at most %d can be split in the memory here".formatted(version.rowCount(), mostRows));
        }
        UUID id = ids.next();
        var split = new Split(new SplitId(id), definition, divide(scope, version, definition));
        Boolean made = transactions.execute(status -> {
            boolean inserted =
                    versions.insertSplit(id, version.id(), split, scope.caller().userId(), clock.instant());
            if (inserted) {
                audit.record(scope, "dataset.split.create", split.id().toString(), Map.of("name", definition.name()));
            }
            return inserted;
        });
        return Boolean.TRUE.equals(made)
                ? split
                : same(versions.split(version.id(), definition.name()).orElseThrow(), definition);
    }

    private List<Split.Part> divide(ProjectScope scope, DatasetVersion version, Split.Definition definition)
            throws IOException {
        List<Input.File> files = versions.files(version.id());
        return threads.run(
                () -> write(scope, files, definition, definition.assign(strata(version, files, definition))));
    }

    private static Split same(Split existing, Split.Definition definition) {
        if (!existing.definition().equals(definition)) {
            throw new TrineException(
                    ErrorCode.ALREADY_EXISTS,
                    "the version has a split '%s' already, with another definition".formatted(definition.name()));
        }
        return existing;
    }

    private char[] strata(DatasetVersion version, List<Input.File> files, Split.Definition definition)
            throws IOException {
        if (definition.stratifyBy() == null) {
            return new char[Math.toIntExact(version.rowCount())];
        }
        List<String> names = version.schema().stream().map(Column::name).toList();
        int column = names.indexOf(definition.stratifyBy());
        if (column < 0) {
            throw TrineException.invalid("stratifyBy", "'%s' is not a column".formatted(definition.stratifyBy()));
        }
        var strata = new char[Math.toIntExact(version.rowCount())];
        var numbers = new HashMap<Long, Character>();
        int row = 0;
        for (Input.File file : files) {
            try (var reader = TableReader.open(file.path(), blobs.open(file.objectKey()))) {
                while (reader.hasNext()) {
                    long value = TextHash.of(reader.next().get(column));
                    Character number = numbers.get(value);
                    if (number == null) {
                        if (numbers.size() == MOST_STRATA) {
                            throw TrineException.invalid(
                                    "stratifyBy",
                                    "column '%s' has more than %d different values; name one with fewer"
                                            .formatted(definition.stratifyBy(), MOST_STRATA));
                        }
                        number = (char) numbers.size();
                        numbers.put(value, number);
                    }
                    strata[row++] = number;
                }
            }
        }
        return strata;
    }

    /** Reads the whole table once for every part: that takes longer than writing all at once, and no room. */
    private List<Split.Part> write(
            ProjectScope scope, List<Input.File> files, Split.Definition definition, byte[] partOf) throws IOException {
        var rows = new long[definition.parts().size()];
        for (byte part : partOf) {
            rows[part]++;
        }
        var parts = new ArrayList<Split.Part>();
        for (String name : definition.parts().keySet()) {
            int number = parts.size();
            try (var bytes = new PartBytes(files, blobs, row -> partOf[row] == number)) {
                Blob blob = blobs.put(scope.projectId(), bytes);
                parts.add(new Split.Part(name, rows[number], name + ".csv", blob.sha256(), blob.sizeBytes()));
            }
        }
        return parts;
    }
}
