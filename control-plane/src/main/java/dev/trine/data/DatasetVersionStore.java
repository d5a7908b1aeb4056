package dev.trine.data;

import dev.trine.data.DatasetVersion.DatasetFile;
import dev.trine.identity.ProjectId;
import dev.trine.identity.UserId;
import dev.trine.lib.workload.Input;
import dev.trine.shared.Json;
import dev.trine.shared.PageRequest;
import dev.trine.shared.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Rows of {@code dataset_versions}, {@code dataset_files} and {@code dataset_splits}. */
@Repository
class DatasetVersionStore {

    private static final String COLUMNS =
            "id, dataset_id, number, digest, row_count, size_bytes, columns, label_column, created_by, created_at";

    private final JdbcClient jdbc;

    DatasetVersionStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(DatasetVersion version, List<Input.File> files) {
        jdbc.sql("""
                        INSERT INTO dataset_versions (id, dataset_id, number, digest, row_count, size_bytes, columns, label_column,
                                                      created_by, created_at)
                        VALUES (:id, :dataset, :number, :digest, :rows, :size, :columns::jsonb, :label, :by, :now)
                        """)
                .param("id", version.id().value())
                .param("dataset", version.datasetId().value())
                .param("number", version.number())
                .param("digest", version.digest())
                .param("rows", version.rowCount())
                .param("size", version.sizeBytes())
                .param("columns", Json.write(version.schema()))
                .param("label", version.labelColumn())
                .param("by", version.createdBy().value())
                .param("now", Rows.utc(version.createdAt()))
                .update();
        for (Input.File file : files) {
            jdbc.sql("""
                            INSERT INTO dataset_files (version_id, path, object_key, sha256, size_bytes)
                            VALUES (:version, :path, :key, :sha256, :size)
                            """)
                    .param("version", version.id().value())
                    .param("path", file.path())
                    .param("key", file.objectKey())
                    .param("sha256", file.sha256())
                    .param("size", file.sizeBytes())
                    .update();
        }
    }

    Optional<DatasetVersion> find(DatasetId dataset, int number) {
        return jdbc.sql("SELECT " + COLUMNS + " FROM dataset_versions WHERE dataset_id = :dataset AND number = :number")
                .param("dataset", dataset.value())
                .param("number", number)
                .query(DatasetVersionStore::row)
                .optional()
                .map(version -> withFiles(version, files(version.id())));
    }

    boolean isOf(ProjectId project, DatasetVersionId version) {
        return jdbc.sql("""
                        SELECT EXISTS (SELECT FROM dataset_versions v JOIN datasets d ON d.id = v.dataset_id
                                        WHERE v.id = :id AND d.project_id = :project)
                        """)
                .param("id", version.value())
                .param("project", project.value())
                .query(Boolean.class)
                .single();
    }

    List<DatasetVersion> list(DatasetId dataset, PageRequest page) {
        return jdbc.sql("SELECT " + COLUMNS + """
                         FROM dataset_versions
                        WHERE dataset_id = :dataset AND (:after::uuid IS NULL OR id < :after)
                        ORDER BY id DESC
                        LIMIT :limit
                        """)
                .param("dataset", dataset.value())
                .param("after", page.after())
                .param("limit", page.limit())
                .query(DatasetVersionStore::row)
                .list();
    }

    List<Input.File> files(DatasetVersionId version) {
        return jdbc.sql(
                        "SELECT path, object_key, sha256, size_bytes FROM dataset_files WHERE version_id = :version ORDER BY path")
                .param("version", version.value())
                .query((row, number) -> new Input.File(
                        row.getString("path"),
                        row.getString("object_key"),
                        row.getString("sha256"),
                        row.getLong("size_bytes")))
                .list();
    }

    /** False when the version has a split of that name. */
    boolean insertSplit(UUID id, DatasetVersionId version, Split split, UserId by, Instant now) {
        return jdbc.sql("""
                        INSERT INTO dataset_splits (id, version_id, name, definition, parts, created_by, created_at)
                        VALUES (:id, :version, :name, :definition::jsonb, :parts::jsonb, :by, :now)
                        ON CONFLICT (version_id, name) DO NOTHING
                        """)
                        .param("id", id)
                        .param("version", version.value())
                        .param("name", split.definition().name())
                        .param("definition", Json.write(split.definition()))
                        .param("parts", Json.write(split.parts()))
                        .param("by", by.value())
                        .param("now", Rows.utc(now))
                        .update()
                == 1;
    }

    List<Split> splits(DatasetVersionId version) {
        return jdbc.sql("SELECT id, definition, parts FROM dataset_splits WHERE version_id = :version ORDER BY id")
                .param("version", version.value())
                .query((row, number) -> split(row))
                .list();
    }

    Optional<Split> split(DatasetVersionId version, String name) {
        return jdbc.sql("SELECT id, definition, parts FROM dataset_splits WHERE version_id = :version AND name = :name")
                .param("version", version.value())
                .param("name", name)
                .query((row, number) -> split(row))
                .optional();
    }

    private static Split split(ResultSet row) throws SQLException {
        return new Split(
                new SplitId(row.getObject("id", UUID.class)),
                Json.read(row.getString("definition"), Split.Definition.class),
                Json.read(row.getString("parts"), new TypeReference<List<Split.Part>>() {}));
    }

    private static DatasetVersion withFiles(DatasetVersion version, List<Input.File> files) {
        return new DatasetVersion(
                version.id(),
                version.datasetId(),
                version.number(),
                version.digest(),
                version.rowCount(),
                version.sizeBytes(),
                version.schema(),
                version.labelColumn(),
                files.stream()
                        .map(file -> new DatasetFile(file.path(), file.sizeBytes(), file.sha256()))
                        .toList(),
                version.createdAt(),
                version.createdBy());
    }

    private static DatasetVersion row(ResultSet row, int number) throws SQLException {
        return new DatasetVersion(
                new DatasetVersionId(row.getObject("id", UUID.class)),
                new DatasetId(row.getObject("dataset_id", UUID.class)),
                row.getInt("number"),
                row.getString("digest"),
                row.getLong("row_count"),
                row.getLong("size_bytes"),
                Json.read(row.getString("columns"), new TypeReference<List<Column>>() {}),
                row.getString("label_column"),
                List.of(),
                Rows.instant(row, "created_at"),
                new UserId(row.getObject("created_by", UUID.class)));
    }
}
