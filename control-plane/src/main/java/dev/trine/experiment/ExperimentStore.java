package dev.trine.experiment;

import dev.trine.identity.ProjectId;
import dev.trine.shared.Json;
import dev.trine.shared.PageRequest;
import dev.trine.shared.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/** Rows of {@code experiments}. */
@Repository
class ExperimentStore {

    private static final String SELECT = "SELECT id, name, tags, created_at, updated_at, version FROM experiments ";
    private static final TypeReference<Map<String, String>> TAGS = new TypeReference<>() {};

    private final JdbcClient jdbc;

    ExperimentStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Inserts it unless the name is taken; says whether it did. */
    boolean insert(ExperimentId id, ProjectId project, String name, Map<String, String> tags, Instant now) {
        return jdbc.sql("""
                        INSERT INTO experiments (id, project_id, name, tags, created_at, updated_at)
                        VALUES (:id, :project, :name, :tags::jsonb, :now, :now)
                        ON CONFLICT (project_id, name) DO NOTHING
                        """)
                        .param("id", id.value())
                        .param("project", project.value())
                        .param("name", name)
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

    List<Experiment> list(ProjectId project, PageRequest page) {
        return jdbc.sql(SELECT + """
                        WHERE project_id = :project AND (:after::uuid IS NULL OR id < :after)
                        ORDER BY id DESC LIMIT :limit
                        """)
                .param("project", project.value())
                .param("after", page.after())
                .param("limit", page.limit())
                .query(ExperimentStore::row)
                .list();
    }

    private static Experiment row(ResultSet row, int number) throws SQLException {
        return new Experiment(
                new ExperimentId(row.getObject("id", UUID.class)),
                row.getString("name"),
                Json.read(row.getString("tags"), TAGS),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"),
                row.getLong("version"));
    }
}
