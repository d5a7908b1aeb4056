package dev.trine.quality;

import dev.trine.experiment.ExperimentId;
import dev.trine.identity.ProjectId;
import dev.trine.shared.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of {@code scorers} and of their versions. */
@Repository
class ScorerStore {

    private static final String COLUMNS = "id, experiment_id, name, version, definition, created_at";

    private final JdbcClient jdbc;

    ScorerStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The scorer of this name, made if it is not there; nobody else adds a version to it until the transaction ends. */
    ScorerId ensure(ProjectId project, ScorerId newId, ExperimentId experiment, String name) {
        return jdbc.sql("""
                        INSERT INTO scorers (id, project_id, experiment_id, name) VALUES (:id, :project, :experiment, :name)
                        ON CONFLICT (experiment_id, name) DO UPDATE SET name = excluded.name
                        RETURNING id
                        """)
                .param("id", newId.value())
                .param("project", project.value())
                .param("experiment", experiment.value())
                .param("name", name)
                .query((row, number) -> new ScorerId(row.getObject("id", UUID.class)))
                .single();
    }

    /** The characters of all definitions of a project. */
    long length(ProjectId project) {
        return jdbc.sql("SELECT coalesce(sum(length(definition)), 0) FROM scorer_versions WHERE project_id = :project")
                .param("project", project.value())
                .query(Long.class)
                .single();
    }

    /** Its number. */
    int addVersion(ProjectId project, ScorerId scorer, String definition, Instant now) {
        return jdbc.sql("""
                        INSERT INTO scorer_versions (scorer_id, project_id, version, definition, created_at)
                        SELECT :scorer, :project, coalesce(max(version), 0) + 1, :definition, :now
                          FROM scorer_versions WHERE scorer_id = :scorer
                        RETURNING version
                        """)
                .param("scorer", scorer.value())
                .param("project", project.value())
                .param("definition", definition)
                .param("now", Rows.utc(now))
                .query(Integer.class)
                .single();
    }

    List<ScorerVersion> latest(ProjectId project, @Nullable Collection<ExperimentId> experiments) {
        return jdbc.sql("""
                        SELECT %s
                          FROM scorers CROSS JOIN LATERAL (SELECT version, definition, created_at FROM scorer_versions
                                                            WHERE scorer_id = scorers.id ORDER BY version DESC LIMIT 1) AS latest
                         WHERE project_id = :project AND (:everywhere OR experiment_id = ANY (:experiments))
                         ORDER BY name COLLATE "C", id
                        """.formatted(COLUMNS))
                .param("project", project.value())
                .param("everywhere", experiments == null)
                .param(
                        "experiments",
                        experiments == null
                                ? new UUID[0]
                                : experiments.stream().map(ExperimentId::value).toArray(UUID[]::new))
                .query(ScorerStore::row)
                .list();
    }

    List<ScorerVersion> versions(ProjectId project, ExperimentId experiment, String name) {
        return jdbc.sql("""
                        SELECT %s FROM scorers JOIN scorer_versions ON scorer_id = id
                         WHERE scorers.project_id = :project AND experiment_id = :experiment AND name = :name
                         ORDER BY version
                        """.formatted(COLUMNS))
                .param("project", project.value())
                .param("experiment", experiment.value())
                .param("name", name)
                .query(ScorerStore::row)
                .list();
    }

    Optional<ScorerVersion> find(ProjectId project, ExperimentId experiment, String name, @Nullable Integer version) {
        return jdbc.sql("""
                        SELECT %s FROM scorers JOIN scorer_versions ON scorer_id = id
                         WHERE scorers.project_id = :project AND experiment_id = :experiment AND name = :name
                           AND (:version::integer IS NULL OR version = :version)
                         ORDER BY version DESC LIMIT 1
                        """.formatted(COLUMNS))
                .param("project", project.value())
                .param("experiment", experiment.value())
                .param("name", name)
                .param("version", version)
                .query(ScorerStore::row)
                .optional();
    }

    boolean delete(ProjectId project, ExperimentId experiment, String name) {
        return jdbc.sql(
                                "DELETE FROM scorers WHERE project_id = :project AND experiment_id = :experiment AND name = :name")
                        .param("project", project.value())
                        .param("experiment", experiment.value())
                        .param("name", name)
                        .update()
                == 1;
    }

    boolean deleteVersion(ProjectId project, ExperimentId experiment, String name, int version) {
        return jdbc.sql("""
                                DELETE FROM scorer_versions USING scorers
                                 WHERE scorer_id = id AND scorers.project_id = :project AND experiment_id = :experiment
                                   AND name = :name AND version = :version
                                """)
                        .param("project", project.value())
                        .param("experiment", experiment.value())
                        .param("name", name)
                        .param("version", version)
                        .update()
                == 1;
    }

    private static ScorerVersion row(ResultSet row, int number) throws SQLException {
        return new ScorerVersion(
                new ScorerId(row.getObject("id", UUID.class)),
                new ExperimentId(row.getObject("experiment_id", UUID.class)),
                row.getString("name"),
                row.getInt("version"),
                row.getString("definition"),
                Rows.instant(row, "created_at"));
    }
}
