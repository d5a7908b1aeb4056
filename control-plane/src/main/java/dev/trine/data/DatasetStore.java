package dev.trine.data;

import dev.trine.identity.ProjectId;
import dev.trine.identity.UserId;
import dev.trine.shared.PageRequest;
import dev.trine.shared.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of {@code datasets}. */
@Repository
class DatasetStore {

    private static final String COLUMNS =
            "id, project_id, name, description, tags, latest_version, created_at, updated_at, version";

    private final JdbcClient jdbc;

    DatasetStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** False when the name is taken. */
    boolean insert(Dataset dataset, UserId by) {
        return jdbc.sql("""
                        INSERT INTO datasets (id, project_id, name, description, tags, created_by, created_at, updated_at)
                        VALUES (:id, :project, :name, :description, :tags, :by, :now, :now)
                        ON CONFLICT (project_id, name) WHERE deleted_at IS NULL DO NOTHING
                        """)
                        .param("id", dataset.id().value())
                        .param("project", dataset.projectId().value())
                        .param("name", dataset.name())
                        .param("description", dataset.description())
                        .param("tags", dataset.tags().toArray(String[]::new))
                        .param("by", by.value())
                        .param("now", Rows.utc(dataset.createdAt()))
                        .update()
                == 1;
    }

    Optional<Dataset> find(ProjectId project, DatasetId id) {
        return jdbc.sql("SELECT " + COLUMNS
                        + " FROM datasets WHERE id = :id AND project_id = :project AND deleted_at IS NULL")
                .param("id", id.value())
                .param("project", project.value())
                .query(DatasetStore::row)
                .optional();
    }

    Optional<Dataset> byName(ProjectId project, String name) {
        return jdbc.sql("SELECT " + COLUMNS
                        + " FROM datasets WHERE name = :name AND project_id = :project AND deleted_at IS NULL")
                .param("name", name)
                .param("project", project.value())
                .query(DatasetStore::row)
                .optional();
    }

    List<Dataset> list(ProjectId project, @Nullable String search, @Nullable String tag, PageRequest page) {
        return jdbc.sql("SELECT " + COLUMNS + """
                         FROM datasets
                        WHERE project_id = :project AND deleted_at IS NULL
                          AND (:search::text IS NULL OR strpos(lower(name || ' ' || description), lower(:search)) > 0)
                          AND (:tag::text IS NULL OR :tag = ANY (tags))
                          AND (:after::uuid IS NULL OR id < :after)
                        ORDER BY id DESC
                        LIMIT :limit
                        """)
                .param("project", project.value())
                .param("search", search)
                .param("tag", tag)
                .param("after", page.after())
                .param("limit", page.limit())
                .query(DatasetStore::row)
                .list();
    }

    /** False when somebody else changed it meanwhile. */
    boolean update(Dataset changed, Instant now) {
        return jdbc.sql("""
                        UPDATE datasets
                           SET description = :description, tags = :tags, updated_at = :now, version = version + 1
                         WHERE id = :id AND version = :version AND deleted_at IS NULL
                        """)
                        .param("id", changed.id().value())
                        .param("description", changed.description())
                        .param("tags", changed.tags().toArray(String[]::new))
                        .param("version", changed.version())
                        .param("now", Rows.utc(now))
                        .update()
                == 1;
    }

    boolean delete(Dataset dataset, Instant now) {
        return jdbc.sql("""
                        UPDATE datasets SET deleted_at = :now, updated_at = :now, version = version + 1
                         WHERE id = :id AND version = :version AND deleted_at IS NULL
                        """)
                        .param("id", dataset.id().value())
                        .param("version", dataset.version())
                        .param("now", Rows.utc(now))
                        .update()
                == 1;
    }

    /**
     * The next version's number; the row stays locked until the transaction ends, so numbers have no gaps. Empty when the dataset
     * is gone.
     */
    Optional<Integer> nextNumber(DatasetId id, Instant now) {
        return jdbc.sql("""
                        UPDATE datasets SET latest_version = latest_version + 1, updated_at = :now, version = version + 1
                         WHERE id = :id AND deleted_at IS NULL
                        RETURNING latest_version
                        """)
                .param("id", id.value())
                .param("now", Rows.utc(now))
                .query(Integer.class)
                .optional();
    }

    private static Dataset row(ResultSet row, int number) throws SQLException {
        return new Dataset(
                new DatasetId(row.getObject("id", UUID.class)),
                new ProjectId(row.getObject("project_id", UUID.class)),
                row.getString("name"),
                row.getString("description"),
                List.of((String[]) row.getArray("tags").getArray()),
                row.getInt("latest_version"),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"),
                row.getLong("version"));
    }

    int count(ProjectId project) {
        return jdbc.sql("SELECT count(*) FROM datasets WHERE project_id = :project AND deleted_at IS NULL")
                .param("project", project.value())
                .query(Integer.class)
                .single();
    }
}
