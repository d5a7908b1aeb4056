package dev.trine.registry;

import dev.trine.identity.ProjectId;
import dev.trine.identity.UserId;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Rows of {@code models} and {@code model_aliases}. */
@Repository
class ModelStore {

    private static final String COLUMNS = """
            m.id, m.name, m.description, m.tags, m.created_at, m.updated_at, m.version,
            (SELECT coalesce(max(v.number), 0) FROM model_versions v WHERE v.model_id = m.id) AS newest,
            (SELECT coalesce(jsonb_object_agg(a.alias, a.number), '{}') FROM model_aliases a
              WHERE a.model_id = m.id) AS aliases
            """;
    private static final String FOUND = "id, name, description, tags, created_at, updated_at, version, newest, aliases";
    private static final String MODEL = "SELECT " + COLUMNS + " FROM models m WHERE m.project_id = :project ";
    private static final List<Tie> TIES = List.of(new Tie("name", Kind.TEXT, true));

    private static final TypeReference<Map<String, Integer>> ALIASES = new TypeReference<>() {};
    private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};

    private final JdbcClient jdbc;

    ModelStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Inserts it unless the name is taken; says whether it did. */
    boolean insert(
            ModelId id,
            ProjectId project,
            String name,
            String description,
            Map<String, String> tags,
            UserId by,
            Instant now) {
        return jdbc.sql("""
                        INSERT INTO models (id, project_id, name, description, tags, created_by, created_at, updated_at)
                        VALUES (:id, :project, :name, :description, :tags::jsonb, :by, :now, :now)
                        ON CONFLICT (project_id, name) DO NOTHING
                        """)
                        .param("id", id.value())
                        .param("project", project.value())
                        .param("name", name)
                        .param("description", description)
                        .param("tags", Json.write(tags))
                        .param("by", by.value())
                        .param("now", Rows.utc(now))
                        .update()
                == 1;
    }

    Optional<Model> find(ProjectId project, String name) {
        return jdbc.sql(MODEL + "AND m.name = :name")
                .param("project", project.value())
                .param("name", name)
                .query(ModelStore::model)
                .optional();
    }

    List<Model> list(ProjectId project, PageRequest page) {
        return jdbc.sql(MODEL + "AND (:after::uuid IS NULL OR m.id < :after) ORDER BY m.id DESC LIMIT :limit")
                .param("project", project.value())
                .param("after", page.after())
                .param("limit", page.limit())
                .query(ModelStore::model)
                .list();
    }

    /** The page after {@code token}; without an order by name. */
    Page<Model> search(ProjectId project, Search<ModelColumn> search, @Nullable String token, int size) {
        var statement = new SearchStatement<>(search, ModelStore::value, TIES, token);
        return statement.page(
                jdbc,
                new Rowset(FOUND, COLUMNS, "models m", "m.project_id = :project"),
                Map.of("project", project.value()),
                size,
                ModelStore::model);
    }

    private static Value value(ModelColumn column, Parameters parameters) {
        return switch (column) {
            case ModelColumn.Tag(String key) -> SearchColumns.text("(m.tags ->> %s)".formatted(parameters.add(key)));
            case ModelColumn.Attribute attribute ->
                switch (attribute) {
                    case NAME -> SearchColumns.text("m.name");
                    case UPDATED_AT -> SearchColumns.millis("m.updated_at");
                };
        };
    }

    /** Changes the name, unless it is taken; says whether it did. */
    boolean rename(ModelId id, String name, Instant now) {
        return jdbc.sql("""
                        UPDATE models SET name = :name, updated_at = :now, version = version + 1
                         WHERE id = :id
                           AND NOT EXISTS (SELECT FROM models other
                                            WHERE other.project_id = models.project_id AND other.name = :name
                                              AND other.id <> :id)
                        """)
                        .param("id", id.value())
                        .param("name", name)
                        .param("now", Rows.utc(now))
                        .update()
                == 1;
    }

    void describe(ModelId id, String description, Instant now) {
        jdbc.sql("""
                        UPDATE models SET description = :description, updated_at = :now, version = version + 1 WHERE id = :id
                        """)
                .param("id", id.value())
                .param("description", description)
                .param("now", Rows.utc(now))
                .update();
    }

    void putTag(ModelId id, String key, String value) {
        jdbc.sql("""
                        UPDATE models SET tags = tags || jsonb_build_object(:key::text, :value::text), version = version + 1
                         WHERE id = :id
                        """)
                .param("id", id.value())
                .param("key", key)
                .param("value", value)
                .update();
    }

    void deleteTag(ModelId id, String key) {
        jdbc.sql("UPDATE models SET tags = tags - :key::text, version = version + 1 WHERE id = :id")
                .param("id", id.value())
                .param("key", key)
                .update();
    }

    void delete(ModelId id) {
        jdbc.sql("DELETE FROM models WHERE id = :id").param("id", id.value()).update();
    }

    /** Something of it changes; whoever else changes something of it waits until the transaction ends. */
    void touch(ModelId id, Instant now) {
        jdbc.sql("UPDATE models SET updated_at = :now, version = version + 1 WHERE id = :id")
                .param("id", id.value())
                .param("now", Rows.utc(now))
                .update();
    }

    /** Takes the next version number, unless the model is gone; the row stays locked until the transaction ends. */
    Optional<Integer> nextNumber(ModelId id, Instant now) {
        return jdbc.sql("""
                        UPDATE models SET latest_version = latest_version + 1, updated_at = :now, version = version + 1
                         WHERE id = :id RETURNING latest_version
                        """)
                .param("id", id.value())
                .param("now", Rows.utc(now))
                .query(Integer.class)
                .optional();
    }

    void putAlias(ModelId model, String alias, int number, Instant now) {
        jdbc.sql("""
                        INSERT INTO model_aliases (model_id, alias, number, updated_at) VALUES (:model, :alias, :number, :now)
                        ON CONFLICT (model_id, alias) DO UPDATE
                           SET number = excluded.number, updated_at = excluded.updated_at
                        """)
                .param("model", model.value())
                .param("alias", alias)
                .param("number", number)
                .param("now", Rows.utc(now))
                .update();
    }

    boolean deleteAlias(ModelId model, String alias) {
        return jdbc.sql("DELETE FROM model_aliases WHERE model_id = :model AND alias = :alias")
                        .param("model", model.value())
                        .param("alias", alias)
                        .update()
                == 1;
    }

    private static Model model(ResultSet row, int number) throws SQLException {
        return new Model(
                new ModelId(row.getObject("id", UUID.class)),
                row.getString("name"),
                row.getString("description"),
                row.getInt("newest"),
                Json.read(row.getString("aliases"), ALIASES),
                Json.read(row.getString("tags"), TAGS),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"),
                row.getLong("version"));
    }

    int count(ProjectId project) {
        return jdbc.sql("SELECT count(*) FROM models WHERE project_id = :project")
                .param("project", project.value())
                .query(Integer.class)
                .single();
    }
}
