package dev.trine.quality;

import dev.trine.identity.ProjectId;
import dev.trine.quality.EvaluationRecord.Source;
import dev.trine.shared.Json;
import dev.trine.shared.Page;
import dev.trine.shared.Rows;
import dev.trine.shared.Search;
import dev.trine.shared.Search.Stage;
import dev.trine.shared.SearchColumns;
import dev.trine.shared.SearchStatement;
import dev.trine.shared.SearchStatement.Rowset;
import dev.trine.shared.SearchStatement.Tie;
import dev.trine.shared.SearchStatement.Tie.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Rows of {@code evaluation_records}. */
@Repository
class EvaluationRecordStore {

    private static final TypeReference<Map<String, @Nullable Object>> VALUES = new TypeReference<>() {};
    private static final String COLUMNS = """
            id, inputs_hash, inputs, outputs, expectations, tags, source_type, source, created_at, updated_at, created_by, updated_by
            """;
    private static final List<Tie> FIRST_MADE_FIRST =
            List.of(new Tie("created_at", Kind.TIME, true), new Tie("id", Kind.ID, true));
    private static final Search<String> ALL = new Search<>(Stage.ANY, List.of(), List.of());

    private static final List<String> JSON = List.of("inputs", "outputs", "expectations", "tags", "source");
    /** Records that are read at once. */
    private static final int PIECE = 16;
    /** Characters of JSON after which a page has no more records. */
    private static final long LONG_PAGE = 8_000_000;

    private final JdbcClient jdbc;

    EvaluationRecordStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Those whose inputs have these hashes, by hash. */
    Map<String, EvaluationRecord> byInputs(EvaluationDatasetId dataset, Collection<String> hashes) {
        var found = new HashMap<String, EvaluationRecord>();
        jdbc.sql("SELECT " + COLUMNS
                        + "FROM evaluation_records WHERE dataset_id = :dataset AND inputs_hash = ANY (:hashes)")
                .param("dataset", dataset.value())
                .param("hashes", hashes.toArray(String[]::new))
                .query((row, number) -> found.put(row.getString("inputs_hash"), row(row)))
                .list();
        return found;
    }

    /** @param records by the hashes of their inputs */
    void put(ProjectId project, EvaluationDatasetId dataset, Map<String, EvaluationRecord> records) {
        Collection<EvaluationRecord> all = records.values();
        jdbc.sql("""
                        INSERT INTO evaluation_records (id, project_id, dataset_id, inputs_hash, inputs, outputs, expectations, tags,
                                                        source_type, source, created_at, updated_at, created_by, updated_by)
                        SELECT id, :project, :dataset, hash, inputs::jsonb, outputs::jsonb, expectations::jsonb, tags::jsonb,
                               source_type, source::jsonb, created_at::timestamptz, updated_at::timestamptz, created_by, updated_by
                          FROM unnest(:ids, :hashes, :inputs, :outputs, :expectations, :tags, :sourceTypes, :sources, :createdAt,
                                      :updatedAt, :createdBy, :updatedBy)
                               AS told (id, hash, inputs, outputs, expectations, tags, source_type, source, created_at, updated_at,
                                        created_by, updated_by)
                        ON CONFLICT (dataset_id, inputs_hash) DO UPDATE
                           SET outputs = excluded.outputs, expectations = excluded.expectations, tags = excluded.tags,
                               updated_at = excluded.updated_at, updated_by = excluded.updated_by
                        """)
                .param("project", project.value())
                .param("dataset", dataset.value())
                .param("ids", all.stream().map(one -> one.id().value()).toArray(UUID[]::new))
                .param("hashes", records.keySet().toArray(String[]::new))
                .param("inputs", json(all, EvaluationRecord::inputs))
                .param("outputs", json(all, EvaluationRecord::outputs))
                .param("expectations", json(all, EvaluationRecord::expectations))
                .param("tags", json(all, EvaluationRecord::tags))
                .param(
                        "sourceTypes",
                        texts(
                                all,
                                one -> one.source() == null
                                        ? null
                                        : one.source().type().name()))
                .param(
                        "sources",
                        json(
                                all,
                                one -> one.source() == null
                                        ? null
                                        : one.source().details()))
                .param("createdAt", texts(all, one -> one.createdAt().toString()))
                .param("updatedAt", texts(all, one -> one.updatedAt().toString()))
                .param("createdBy", texts(all, EvaluationRecord::createdBy))
                .param("updatedBy", texts(all, EvaluationRecord::updatedBy))
                .update();
    }

    private static @Nullable String[] json(
            Collection<EvaluationRecord> records, Function<EvaluationRecord, @Nullable Object> value) {
        return texts(records, one -> {
            Object given = value.apply(one);
            return given == null ? null : Json.write(given);
        });
    }

    private static @Nullable String[] texts(
            Collection<EvaluationRecord> records, Function<EvaluationRecord, @Nullable String> text) {
        return records.stream().map(text).toArray(String[]::new);
    }

    /** A page that is full when it has as many records as are asked for, or is long enough. */
    Page<EvaluationRecord> page(ProjectId project, EvaluationDatasetId dataset, @Nullable String token, int size) {
        var found = new ArrayList<EvaluationRecord>();
        var characters = new AtomicLong();
        String next = token;
        do {
            Page<EvaluationRecord> piece =
                    piece(project, dataset, next, Math.min(PIECE, size - found.size()), characters);
            found.addAll(piece.items());
            next = piece.nextPageToken();
        } while (next != null && found.size() < size && characters.get() < LONG_PAGE);
        return new Page<>(found, next);
    }

    /** @param characters grows by those of the records' JSON */
    private Page<EvaluationRecord> piece(
            ProjectId project, EvaluationDatasetId dataset, @Nullable String token, int size, AtomicLong characters) {
        var statement =
                new SearchStatement<>(ALL, (column, parameters) -> SearchColumns.text(column), FIRST_MADE_FIRST, token);
        return statement.page(
                jdbc,
                new Rowset(COLUMNS, COLUMNS, "evaluation_records", "project_id = :project AND dataset_id = :dataset"),
                Map.of("project", project.value(), "dataset", dataset.value()),
                size,
                (row, number) -> {
                    for (String column : JSON) {
                        String json = row.getString(column);
                        characters.addAndGet(json == null ? 0 : json.length());
                    }
                    return row(row);
                });
    }

    int delete(EvaluationDatasetId dataset, Collection<EvaluationRecordId> records) {
        return jdbc.sql("DELETE FROM evaluation_records WHERE dataset_id = :dataset AND id = ANY (:ids)")
                .param("dataset", dataset.value())
                .param("ids", records.stream().map(EvaluationRecordId::value).toArray(UUID[]::new))
                .update();
    }

    private static EvaluationRecord row(ResultSet row) throws SQLException {
        String outputs = row.getString("outputs");
        String expectations = row.getString("expectations");
        String source = row.getString("source");
        return new EvaluationRecord(
                new EvaluationRecordId(row.getObject("id", UUID.class)),
                Json.read(row.getString("inputs"), VALUES),
                outputs == null ? null : Json.read(outputs, Object.class),
                expectations == null ? null : Json.read(expectations, VALUES),
                Json.read(row.getString("tags"), VALUES),
                source == null
                        ? null
                        : new Source(Source.Type.valueOf(row.getString("source_type")), Json.read(source, VALUES)),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"),
                row.getString("created_by"),
                row.getString("updated_by"));
    }
}
