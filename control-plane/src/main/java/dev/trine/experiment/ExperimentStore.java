package dev.trine.experiment;

import dev.trine.identity.ProjectId;
import dev.trine.shared.Json;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.Rows;
import dev.trine.shared.Search;
import dev.trine.shared.SearchColumns;
import dev.trine.shared.SearchColumns.Parameters;
import dev.trine.shared.SearchColumns.Value;
import dev.trine.shared.SearchStatement;
import dev.trine.shared.SearchStatement.Rowset;
import dev.trine.shared.SearchStatement.Tie;
import dev.trine.shared.SearchStatement.Tie.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Rows of {@code experiments}. */
@Repository
class ExperimentStore {

    private static final String COLUMNS = "id, number, name, tags, created_at, updated_at, deleted_at, version";
    private static final String SELECT = "SELECT " + COLUMNS + " FROM experiments ";
    private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};

    private final JdbcClient jdbc;

    ExperimentStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Inserts it unless the name is taken; says whether it did. The first one of the default name has the default number. */
    boolean insert(ExperimentId id, ProjectId project, String name, Map<String, String> tags, Instant now) {
        return jdbc.sql("""
                        INSERT INTO experiments (id, number, project_id, name, tags, created_at, updated_at)
                        VALUES (:id,
                                CASE WHEN :name = :default AND NOT EXISTS (
                                          SELECT FROM experiments WHERE project_id = :project AND number = :defaultNumber)
                                     THEN :defaultNumber ELSE nextval('experiment_numbers') END,
                                :project, :name, :tags::jsonb, :now, :now)
                        ON CONFLICT DO NOTHING
                        """)
                        .param("id", id.value())
                        .param("project", project.value())
                        .param("name", name)
                        .param("default", Experiment.DEFAULT_NAME)
                        .param("defaultNumber", Experiment.DEFAULT_NUMBER)
                        .param("tags", Json.write(tags))
                        .param("now", Rows.utc(now))
                        .update()
                == 1;
    }

    Optional<Experiment> find(ProjectId project, ExperimentId id) {
        return jdbc.sql(SELECT + "WHERE id = :id AND project_id = :project")
                .param("id", id.value())
                .param("project", project.value())
                .query(ExperimentStore::row)
                .optional();
    }

    Optional<Experiment> byName(ProjectId project, String name) {
        return jdbc.sql(SELECT + "WHERE project_id = :project AND name = :name")
                .param("project", project.value())
                .param("name", name)
                .query(ExperimentStore::row)
                .optional();
    }

    List<Experiment> byNumbers(ProjectId project, Collection<Long> numbers) {
        return jdbc.sql(SELECT + "WHERE project_id = :project AND number = ANY (:numbers)")
                .param("project", project.value())
                .param("numbers", numbers.toArray(Long[]::new))
                .query(ExperimentStore::row)
                .list();
    }

    List<Experiment> byIds(ProjectId project, Collection<ExperimentId> ids) {
        return jdbc.sql(SELECT + "WHERE project_id = :project AND id = ANY (:ids)")
                .param("project", project.value())
                .param("ids", ids.stream().map(ExperimentId::value).toArray(UUID[]::new))
                .query(ExperimentStore::row)
                .list();
    }

    Optional<Experiment> byNumber(ProjectId project, long number) {
        return jdbc.sql(SELECT + "WHERE project_id = :project AND number = :number")
                .param("project", project.value())
                .param("number", number)
                .query(ExperimentStore::row)
                .optional();
    }

    List<Experiment> list(ProjectId project, PageRequest page) {
        return jdbc.sql(SELECT + """
                        WHERE project_id = :project AND deleted_at IS NULL AND (:after::uuid IS NULL OR id < :after)
                        ORDER BY id DESC LIMIT :limit
                        """)
                .param("project", project.value())
                .param("after", page.after())
                .param("limit", page.limit())
                .query(ExperimentStore::row)
                .list();
    }

    /** The page after {@code token}; without an order the newest come first. */
    Page<Experiment> search(ProjectId project, Search<ExperimentColumn> search, @Nullable String token, int size) {
        var ties = search.orderBy().isEmpty()
                ? List.of(new Tie("created_at", Kind.TIME, false), new Tie("number", Kind.NUMBER, true))
                : List.of(new Tie("number", Kind.NUMBER, false));
        var statement = new SearchStatement<>(search, ExperimentStore::value, ties, token);
        return statement.page(
                jdbc,
                new Rowset(COLUMNS, COLUMNS, "experiments", """
                        project_id = :project
                          AND (:stage = 'ANY' OR (deleted_at IS NULL) = (:stage = 'ACTIVE'))
                        """),
                Map.of("project", project.value(), "stage", search.stage().name()),
                size,
                ExperimentStore::row);
    }

    private static Value value(ExperimentColumn column, Parameters parameters) {
        return switch (column) {
            case ExperimentColumn.Tag(String key) -> SearchColumns.text("(tags ->> %s)".formatted(parameters.add(key)));
            case ExperimentColumn.Attribute attribute ->
                switch (attribute) {
                    case NAME -> SearchColumns.text("name");
                    case NUMBER -> SearchColumns.number("number::double precision");
                    case CREATED_AT -> SearchColumns.millis("created_at");
                    case UPDATED_AT -> SearchColumns.millis("updated_at");
                };
        };
    }

    /** Changes the name, unless it is taken; says whether it did. */
    boolean rename(ExperimentId id, String name, Instant now) {
        return jdbc.sql("""
                        UPDATE experiments SET name = :name, updated_at = :now, version = version + 1
                         WHERE id = :id
                           AND NOT EXISTS (SELECT FROM experiments other
                                            WHERE other.project_id = experiments.project_id AND other.name = :name
                                              AND other.id <> :id)
                        """)
                        .param("id", id.value())
                        .param("name", name)
                        .param("now", Rows.utc(now))
                        .update()
                == 1;
    }

    /** @param deletedAt null to restore it */
    void mark(ExperimentId id, @Nullable Instant deletedAt, Instant now) {
        jdbc.sql("""
                        UPDATE experiments SET deleted_at = :deletedAt, updated_at = :now, version = version + 1 WHERE id = :id
                        """)
                .param("id", id.value())
                .param("deletedAt", Rows.utcOrNull(deletedAt))
                .param("now", Rows.utc(now))
                .update();
    }

    void putTag(ExperimentId id, String key, String value) {
        jdbc.sql("""
                        UPDATE experiments SET tags = tags || jsonb_build_object(:key::text, :value::text), version = version + 1
                         WHERE id = :id
                        """)
                .param("id", id.value())
                .param("key", key)
                .param("value", value)
                .update();
    }

    boolean deleteTag(ExperimentId id, String key) {
        return jdbc.sql("""
                        UPDATE experiments SET tags = tags - :key::text, version = version + 1
                         WHERE id = :id AND jsonb_exists(tags, :key)
                        """).param("id", id.value()).param("key", key).update() == 1;
    }

    private static Experiment row(ResultSet row, int number) throws SQLException {
        return new Experiment(
                new ExperimentId(row.getObject("id", UUID.class)),
                row.getLong("number"),
                row.getString("name"),
                Json.read(row.getString("tags"), TAGS),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"),
                Rows.instantOrNull(row, "deleted_at"),
                row.getLong("version"));
    }
}
