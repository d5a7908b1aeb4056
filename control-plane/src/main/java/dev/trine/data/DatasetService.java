package dev.trine.data;

import dev.trine.data.DatasetVersion.DatasetFile;
import dev.trine.data.TableInspector.Table;
import dev.trine.identity.Audit;
import dev.trine.identity.IdempotentTransactions;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.lib.workload.Input;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.TrineException;
import dev.trine.shared.Violation;
import dev.trine.storage.Blobs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Datasets and their versions. */
@Service
class DatasetService {

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]{0,99}");

    private static final int MOST_INSPECTED = 2;

    private final DatasetStore store;
    private final DatasetVersionStore versions;
    private final Uploads uploads;
    private final Blobs blobs;
    private final Audit audit;
    private final IdempotentTransactions transactions;
    private final IdSource ids;
    private final Clock clock;
    private final TableThreads threads = new TableThreads("table-inspection", MOST_INSPECTED);

    DatasetService(
            DatasetStore store,
            DatasetVersionStore versions,
            Uploads uploads,
            Blobs blobs,
            Audit audit,
            IdempotentTransactions transactions,
            IdSource ids,
            Clock clock) {
        this.store = store;
        this.versions = versions;
        this.uploads = uploads;
        this.blobs = blobs;
        this.audit = audit;
        this.transactions = transactions;
        this.ids = ids;
        this.clock = clock;
    }

    /** A dataset that can be made, and what of its first version was read. */
    record Prepared(Dataset dataset, @Nullable Content content) {}

    /** Makes sure that an empty dataset can be made. */
    Prepared prepare(ProjectScope scope, String name, String description, List<String> tags) {
        return new Prepared(named(scope, name, description, tags), null);
    }

    /** Makes sure that a dataset can be made with completed uploads as its first version. */
    Prepared prepare(
            ProjectScope scope,
            String name,
            String description,
            List<String> tags,
            List<String> uploadIds,
            @Nullable String labelColumn)
            throws IOException {
        Dataset dataset = named(scope, name, description, tags);
        if (store.byName(scope.projectId(), name).isPresent()) {
            throw taken(scope, dataset);
        }
        return new Prepared(dataset, read(scope, uploadIds, labelColumn));
    }

    /** Makes a dataset, and its first version if it has one; both or none. */
    @Transactional
    Dataset create(ProjectScope scope, Prepared prepared) {
        Dataset dataset = prepared.dataset();
        if (!store.insert(dataset, scope.caller().userId())) {
            throw taken(scope, dataset);
        }
        audit.record(scope, "dataset.create", dataset.id().toString(), Map.of("name", dataset.name()));
        if (prepared.content() == null) {
            return dataset;
        }
        insert(scope, dataset.id(), prepared.content());
        return get(scope, dataset.id());
    }

    private Dataset named(ProjectScope scope, String name, String description, List<String> tags) {
        var found = new ArrayList<Violation>();
        if (!NAME.matcher(name).matches()) {
            found.add(
                    new Violation(
                            "name",
                            "must have 1 to 100 letters, digits, spaces, dots, hyphens or underscores, and begin with one of the first two"));
        }
        found.addAll(violations(description, tags));
        if (!found.isEmpty()) {
            throw TrineException.invalid(found);
        }
        Instant now = clock.instant();
        return new Dataset(new DatasetId(ids.next()), scope.projectId(), name, description, tags, 0, now, now, 1);
    }

    private static TrineException taken(ProjectScope scope, Dataset dataset) {
        return new TrineException(
                ErrorCode.ALREADY_EXISTS,
                "project '%s' has a dataset '%s' already".formatted(scope.slug(), dataset.name()));
    }

    private static List<Violation> violations(String description, List<String> tags) {
        var found = new ArrayList<Violation>();
        if (description.length() > 10_000) {
            found.add(new Violation("description", "must have at most 10000 characters"));
        }
        if (tags.size() > 50 || tags.stream().anyMatch(tag -> tag.isBlank() || tag.length() > 100)) {
            found.add(new Violation("tags", "must be at most 50, of 1 to 100 characters each"));
        }
        return found;
    }

    Dataset get(ProjectScope scope, DatasetId id) {
        return store.find(scope.projectId(), id).orElseThrow(() -> TrineException.notFound("dataset", id));
    }

    /** By id, or else by name. */
    Dataset find(ProjectId project, String idOrName) {
        if (idOrName.startsWith("ds_")) {
            try {
                var byId = store.find(project, DatasetId.of(idOrName));
                if (byId.isPresent()) {
                    return byId.get();
                }
            } catch (TrineException notAnId) {
                // a name may begin with the prefix too
            }
        }
        return store.byName(project, idOrName).orElseThrow(() -> TrineException.notFound("dataset", idOrName));
    }

    int count(ProjectId project) {
        return store.count(project);
    }

    Page<Dataset> list(ProjectScope scope, @Nullable String search, @Nullable String tag, PageRequest page) {
        return Page.of(
                store.list(scope.projectId(), search, tag, page),
                page,
                dataset -> dataset.id().value());
    }

    @Transactional
    Dataset update(ProjectScope scope, Dataset read, @Nullable String description, @Nullable List<String> tags) {
        var changed = new Dataset(
                read.id(),
                read.projectId(),
                read.name(),
                description == null ? read.description() : description,
                tags == null ? read.tags() : tags,
                read.latestVersion(),
                read.createdAt(),
                read.updatedAt(),
                read.version());
        List<Violation> found = violations(changed.description(), changed.tags());
        if (!found.isEmpty()) {
            throw TrineException.invalid(found);
        }
        requireOurs(store.update(changed, clock.instant()));
        audit.record(scope, "dataset.update", read.id().toString(), Map.of());
        return get(scope, read.id());
    }

    @Transactional
    void delete(ProjectScope scope, Dataset read) {
        requireOurs(store.delete(read, clock.instant()));
        audit.record(scope, "dataset.delete", read.id().toString(), Map.of("name", read.name()));
    }

    private static void requireOurs(boolean updated) {
        if (!updated) {
            throw new TrineException(ErrorCode.VERSION_CONFLICT, "the dataset was changed meanwhile; read it again");
        }
    }

    /** Makes the next version of a dataset of completed uploads. */
    DatasetVersion commit(ProjectScope scope, DatasetId id, List<String> uploadIds, @Nullable String labelColumn)
            throws IOException {
        get(scope, id);
        Content content = read(scope, uploadIds, labelColumn);
        return transactions.execute(() -> insert(scope, id, content));
    }

    /** What a version is made of. */
    private record Content(
            List<Input.File> files, Table table, @Nullable String labelColumn) {}

    /**
     * Reads and judges the bytes, before anything is written, so that a refusal leaves nothing behind; two at a time, and without a
     * transaction, since that takes memory and long.
     */
    private Content read(ProjectScope scope, List<String> uploadIds, @Nullable String labelColumn) throws IOException {
        if (uploadIds.isEmpty()) {
            throw TrineException.invalid("uploads", "name at least one completed upload");
        }
        List<Input.File> files = uploadIds.stream()
                .map(upload -> uploads.keep(scope, UploadId.of(upload)))
                .sorted(Comparator.comparing(Input.File::path))
                .toList();
        if (files.stream().map(Input.File::path).distinct().count() != files.size()) {
            throw TrineException.invalid("uploads", "two of the files have the same name");
        }
        return new Content(files, threads.run(() -> inspect(files, labelColumn)), labelColumn);
    }

    /** All files as one table. */
    private Table inspect(List<Input.File> files, @Nullable String labelColumn) throws IOException {
        List<Column> schema = null;
        long rows = 0;
        for (Input.File file : files) {
            Table table;
            try (var bytes = blobs.open(file.objectKey())) {
                table = TableInspector.inspect(file.path(), bytes, labelColumn);
            }
            List<String> names = names(table.columns());
            if (schema != null && !names(schema).equals(names)) {
                throw new TrineException(
                        ErrorCode.INVALID_TABLE,
                        "%s has other columns than %s"
                                .formatted(file.path(), files.getFirst().path()));
            }
            schema = schema == null ? table.columns() : schema;
            rows += table.rows();
        }
        return new Table(schema == null ? List.of() : schema, rows);
    }

    private DatasetVersion insert(ProjectScope scope, DatasetId id, Content content) {
        List<Input.File> files = content.files();
        int number = store.nextNumber(id, clock.instant()).orElseThrow(() -> TrineException.notFound("dataset", id));
        var version = new DatasetVersion(
                new DatasetVersionId(ids.next()),
                id,
                number,
                digest(files),
                content.table().rows(),
                files.stream().mapToLong(Input.File::sizeBytes).sum(),
                content.table().columns(),
                content.labelColumn(),
                files.stream()
                        .map(file -> new DatasetFile(file.path(), file.sizeBytes(), file.sha256()))
                        .toList(),
                clock.instant(),
                scope.caller().userId());
        versions.insert(version, files);
        audit.record(
                scope,
                "dataset.version.create",
                version.id().toString(),
                Map.of(
                        "dataset",
                        id.toString(),
                        "number",
                        Integer.toString(version.number()),
                        "digest",
                        version.digest()));
        return version;
    }

    private static List<String> names(List<Column> columns) {
        return columns.stream().map(Column::name).toList();
    }

    static String digest(List<Input.File> files) {
        String lines = files.stream()
                .map(file -> file.sha256() + " " + file.path())
                .sorted()
                .collect(Collectors.joining("\n"));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(lines.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    DatasetVersion version(ProjectScope scope, DatasetId id, int number) {
        get(scope, id);
        return versions.find(id, number)
                .orElseThrow(() -> TrineException.notFound("version " + number + " of dataset", id));
    }

    Page<DatasetVersion> versions(ProjectScope scope, DatasetId id, PageRequest page) {
        get(scope, id);
        return Page.of(versions.list(id, page), page, version -> version.id().value());
    }
}
