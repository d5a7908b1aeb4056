package dev.trine.quality;

import dev.trine.experiment.ExperimentId;
import dev.trine.identity.ProjectId;
import dev.trine.quality.Issue.Severity;
import dev.trine.quality.Issue.Status;
import dev.trine.shared.Page;
import dev.trine.shared.Rows;
import dev.trine.shared.Search;
import dev.trine.shared.SearchColumns;
import dev.trine.shared.SearchColumns.Value;
import dev.trine.shared.SearchStatement;
import dev.trine.shared.SearchStatement.Rowset;
import dev.trine.shared.SearchStatement.Tie;
import dev.trine.shared.SearchStatement.Tie.Kind;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Rows of {@code issues}. */
@Repository
class IssueStore implements Issues {

    private static final String COLUMNS = """
            id, experiment_id, name, description, status, severity, root_causes, categories, source_run, created_by, created_at,
            updated_at
            """;
    /** How severe it is as a number: 0 if nobody has said. */
    private static final String WEIGHT =
            "coalesce(array_position(ARRAY['NOT_AN_ISSUE', 'LOW', 'MEDIUM', 'HIGH'], severity), 0) AS weight";

    private static final List<Tie> SEVEREST_FIRST = List.of(
            new Tie("weight", Kind.NUMBER, false),
            new Tie("created_at", Kind.TIME, false),
            new Tie("id", Kind.ID, false));

    private final JdbcClient jdbc;
    private final Clock clock;

    IssueStore(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @Override
    @Transactional
    public void create(ProjectId project, Issue issue) {
        Severity severity = issue.severity();
        jdbc.sql("""
                        INSERT INTO issues (id, project_id, experiment_id, name, description, status, severity, root_causes, categories,
                                            source_run, created_by, created_at, updated_at)
                        VALUES (:id, :project, :experiment, :name, :description, :status, :severity, :rootCauses, :categories,
                                :sourceRun, :createdBy, :createdAt, :updatedAt)
                        """)
                .param("id", issue.id().value())
                .param("project", project.value())
                .param("experiment", issue.experimentId().value())
                .param("name", issue.name())
                .param("description", issue.description())
                .param("status", issue.status().name())
                .param("severity", severity == null ? null : severity.name())
                .param("rootCauses", issue.rootCauses().toArray(String[]::new))
                .param("categories", issue.categories().toArray(String[]::new))
                .param("sourceRun", issue.sourceRun())
                .param("createdBy", issue.createdBy())
                .param("createdAt", Rows.utc(issue.createdAt()))
                .param("updatedAt", Rows.utc(issue.updatedAt()))
                .update();
    }

    @Override
    public Optional<Issue> find(ProjectId project, IssueId id) {
        return jdbc.sql("SELECT " + COLUMNS + "FROM issues WHERE project_id = :project AND id = :id")
                .param("project", project.value())
                .param("id", id.value())
                .query(IssueStore::row)
                .optional();
    }

    @Override
    @Transactional
    public Optional<Issue> change(ProjectId project, IssueId id, Issue.Change change) {
        Status status = change.status();
        Severity severity = change.severity();
        return jdbc.sql("""
                        UPDATE issues
                           SET name = coalesce(:name, name), description = coalesce(:description, description),
                               status = coalesce(:status, status), severity = coalesce(:severity, severity), updated_at = :now
                         WHERE project_id = :project AND id = :id
                        RETURNING %s
                        """.formatted(COLUMNS))
                .param("name", change.name())
                .param("description", change.description())
                .param("status", status == null ? null : status.name())
                .param("severity", severity == null ? null : severity.name())
                .param("now", Rows.utc(clock.instant()))
                .param("project", project.value())
                .param("id", id.value())
                .query(IssueStore::row)
                .optional();
    }

    @Override
    public Page<Issue> search(
            ProjectId project,
            @Nullable Collection<ExperimentId> experiments,
            Search<IssueColumn> search,
            @Nullable String token,
            int size) {
        var statement = new SearchStatement<>(search, (column, parameters) -> value(column), SEVEREST_FIRST, token);
        return statement.page(
                jdbc,
                new Rowset(COLUMNS + ", weight", COLUMNS + ", " + WEIGHT, "issues", """
                        project_id = :project AND (:everywhere OR experiment_id = ANY (:experiments))
                        """),
                Map.of(
                        "project",
                        project.value(),
                        "everywhere",
                        experiments == null,
                        "experiments",
                        experiments == null
                                ? new UUID[0]
                                : experiments.stream().map(ExperimentId::value).toArray(UUID[]::new)),
                size,
                IssueStore::row);
    }

    private static Value value(IssueColumn column) {
        return switch (column) {
            case STATUS -> SearchColumns.text("lower(status)");
            case SOURCE_RUN -> SearchColumns.text("source_run");
        };
    }

    private static Issue row(ResultSet row, int number) throws SQLException {
        String severity = row.getString("severity");
        return new Issue(
                new IssueId(row.getObject("id", UUID.class)),
                new ExperimentId(row.getObject("experiment_id", UUID.class)),
                row.getString("name"),
                row.getString("description"),
                Status.valueOf(row.getString("status")),
                severity == null ? null : Severity.valueOf(severity),
                texts(row.getArray("root_causes")),
                texts(row.getArray("categories")),
                row.getString("source_run"),
                row.getString("created_by"),
                Rows.instant(row, "created_at"),
                Rows.instant(row, "updated_at"));
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }
}
