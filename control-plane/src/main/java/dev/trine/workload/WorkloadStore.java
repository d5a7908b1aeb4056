package dev.trine.workload;

import dev.trine.identity.ProjectId;
import dev.trine.identity.UserId;
import dev.trine.lib.workload.Resources;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.shared.Json;
import dev.trine.shared.Rows;
import dev.trine.workload.Workload.Attempt;
import dev.trine.workload.Workload.Reason;
import dev.trine.workload.Workloads.OutputFile;
import dev.trine.workload.Workloads.Submission;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of {@code workloads}, {@code workload_attempts} and {@code workload_outputs}. */
@Repository
class WorkloadStore {

    private static final String SELECT = """
            SELECT id, project_id, owner, owner_id, submitted_by, spec, priority, state, reason_code, reason_message,
                   cancel_reason, restart_code, restart_message, lease_token,
                   host, port, queued_at, started_at, ended_at, version
              FROM workloads
            """;
    private static final String ATTEMPTS = """
            SELECT id, number, state, executor, node, exit_code, reason_code, reason_message, started_at, ended_at,
                   ignored_lines, ignored_first
              FROM workload_attempts WHERE workload_id = :id
            """;

    private final JdbcClient jdbc;

    WorkloadStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A workload with what only this module knows of it.
     *
     * @param cancelReason why it is to end, if it is
     * @param restart why its attempt is to end and another is to begin, if so
     * @param leaseToken of whoever works on it now
     */
    record Row(
            Workload workload,
            @Nullable UserId submittedBy,
            @Nullable String cancelReason,
            @Nullable Reason restart,
            long leaseToken) {

        private Row with(List<Attempt> attempts) {
            return new Row(workload.with(attempts), submittedBy, cancelReason, restart, leaseToken);
        }
    }

    /** Where an attempt's bytes are. */
    record AttemptFiles(
            long eventsOffset,
            @Nullable String stdoutKey,
            @Nullable String stderrKey) {}

    void insert(WorkloadId id, Submission submission, Instant now) {
        Resources resources = submission.spec().resources();
        UserId by = submission.submittedBy();
        jdbc.sql("""
                        INSERT INTO workloads (id, project_id, owner, owner_id, submitted_by, spec, cpus, memory_bytes, gpus,
                                               priority, state, not_before, queued_at)
                        VALUES (:id, :project, :owner, :ownerId, :by, :spec::jsonb, :cpus, :memory, :gpus,
                                :priority, 'QUEUED', :now, :now)
                        """)
                .param("id", id.value())
                .param("project", submission.projectId().value())
                .param("owner", submission.owner())
                .param("ownerId", submission.ownerId())
                .param("by", by == null ? null : by.value())
                .param("spec", Json.write(submission.spec()))
                .param("cpus", resources.cpus())
                .param("memory", resources.memoryBytes())
                .param("gpus", resources.gpus())
                .param("priority", submission.priority())
                .param("now", Rows.utc(now))
                .update();
    }

    Optional<Row> find(WorkloadId id) {
        return one(SELECT + "WHERE id = :id", id);
    }

    /** Whether neither the workload nor this attempt at it has ended; the next attempt begins when this one has. */
    boolean isLive(WorkloadId id, AttemptId attempt) {
        return jdbc.sql("""
                        SELECT w.ended_at IS NULL AND a.ended_at IS NULL
                          FROM workload_attempts a JOIN workloads w ON w.id = a.workload_id
                         WHERE a.id = :attempt AND w.id = :id
                        """)
                .param("attempt", attempt.value())
                .param("id", id.value())
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    /** The same, with the row locked until the transaction ends. */
    Optional<Row> lock(WorkloadId id) {
        return one(SELECT + "WHERE id = :id FOR UPDATE", id);
    }

    /** Locks the rows of several until the transaction ends; in one order for all, so that no two callers wait for each other. */
    void lockAll(Collection<WorkloadId> ids) {
        jdbc.sql("SELECT id FROM workloads WHERE id = ANY (:ids) ORDER BY id FOR UPDATE")
                .param("ids", ids.stream().map(WorkloadId::value).toArray(UUID[]::new))
                .query(UUID.class)
                .list();
    }

    /** The attempts are asked for when the connection of the first query is free again: one is never held to wait for another. */
    private Optional<Row> one(String sql, WorkloadId id) {
        return jdbc.sql(sql)
                .param("id", id.value())
                .query(WorkloadStore::row)
                .optional()
                .map(row -> row.with(attempts(id)));
    }

    Optional<WorkloadId> ofAttempt(AttemptId attempt) {
        return jdbc.sql("SELECT workload_id FROM workload_attempts WHERE id = :id")
                .param("id", attempt.value())
                .query(UUID.class)
                .optional()
                .map(WorkloadId::new);
    }

    /** What has an attempt on one of these nodes that is not finished with: to be looked at. */
    List<WorkloadId> open(Set<NodeId> nodes) {
        return jdbc.sql("""
                        SELECT DISTINCT workload_id FROM workload_attempts
                         WHERE NOT forgotten
                           AND (executor, node) IN (SELECT ours.executor, ours.node
                                                      FROM unnest(:executors, :nodes) AS ours (executor, node))
                         ORDER BY workload_id
                        """)
                .param("executors", executors(nodes))
                .param("nodes", ids(nodes))
                .query((row, number) -> new WorkloadId(row.getObject("workload_id", UUID.class)))
                .list();
    }

    /** What is placed on a node now. */
    List<WorkloadId> placedOn(NodeId node) {
        return jdbc.sql("""
                        SELECT id FROM workloads
                         WHERE executor = :executor AND node = :node AND state IN ('STARTING', 'RUNNING', 'CANCELLING')
                         ORDER BY id
                        """)
                .param("executor", node.executor())
                .param("node", node.id())
                .query((row, number) -> new WorkloadId(row.getObject("id", UUID.class)))
                .list();
    }

    /** Writes a new state; the row must be locked by this transaction. */
    void state(WorkloadId id, WorkloadState state, @Nullable Reason reason) {
        jdbc.sql("""
                        UPDATE workloads
                           SET state = :state, reason_code = :code, reason_message = :message, version = version + 1
                         WHERE id = :id
                        """)
                .param("id", id.value())
                .param("state", state.name())
                .param("code", reason == null ? null : reason.code())
                .param("message", reason == null ? null : reason.message())
                .update();
    }

    /** A waiting workload's reason; nothing is written when it is told already. */
    boolean waiting(WorkloadId id, Reason reason) {
        return jdbc.sql("""
                        UPDATE workloads SET reason_code = :code, reason_message = :message, version = version + 1
                         WHERE id = :id AND state = 'QUEUED' AND reason_message IS DISTINCT FROM :message
                        """)
                        .param("id", id.value())
                        .param("code", reason.code())
                        .param("message", reason.message())
                        .update()
                == 1;
    }

    void place(WorkloadId id, AttemptId attempt, int number, NodeId node) {
        // whoever worked on the attempt before may be another than the one whose node this is
        jdbc.sql("""
                        UPDATE workloads
                           SET executor = :executor, node = :node, lease_owner = NULL, lease_until = NULL,
                               restart_code = NULL, restart_message = NULL
                         WHERE id = :id
                        """)
                .param("id", id.value())
                .param("executor", node.executor())
                .param("node", node.id())
                .update();
        jdbc.sql("""
                        INSERT INTO workload_attempts (id, workload_id, number, state, executor, node)
                        VALUES (:attempt, :id, :number, 'STARTING', :executor, :node)
                        """)
                .param("attempt", attempt.value())
                .param("id", id.value())
                .param("number", number)
                .param("executor", node.executor())
                .param("node", node.id())
                .update();
    }

    void running(WorkloadId id, AttemptId attempt, Instant startedAt) {
        jdbc.sql("UPDATE workloads SET started_at = coalesce(started_at, :at) WHERE id = :id")
                .param("id", id.value())
                .param("at", Rows.utc(startedAt))
                .update();
        jdbc.sql("UPDATE workload_attempts SET state = 'RUNNING', started_at = :at WHERE id = :attempt")
                .param("attempt", attempt.value())
                .param("at", Rows.utc(startedAt))
                .update();
    }

    void attemptEnded(Attempt ended, AttemptArchive.@Nullable Kept kept) {
        Reason reason = ended.reason();
        jdbc.sql("""
                        UPDATE workload_attempts
                           SET state = :state, exit_code = :exit, reason_code = :code, reason_message = :message,
                               stdout_key = :stdout, stderr_key = :stderr,
                               started_at = coalesce(started_at, :started), ended_at = :ended
                         WHERE id = :id
                        """)
                .param("id", ended.id().value())
                .param("state", ended.state().name())
                .param("exit", ended.exitCode())
                .param("code", reason == null ? null : reason.code())
                .param("message", reason == null ? null : reason.message())
                .param("stdout", kept == null ? null : kept.stdoutKey())
                .param("stderr", kept == null ? null : kept.stderrKey())
                .param("started", Rows.utcOrNull(ended.startedAt()))
                .param("ended", Rows.utcOrNull(ended.endedAt()))
                .update();
    }

    /** The workload has ended for good, or waits for its next attempt; a short attempt may never have been seen running. */
    void settled(WorkloadId id, @Nullable Instant endedAt, @Nullable Instant notBefore) {
        jdbc.sql("""
                        UPDATE workloads
                           SET ended_at = :ended, not_before = coalesce(:notBefore, not_before), host = NULL, port = NULL,
                               started_at = coalesce(started_at, (SELECT min(a.started_at) FROM workload_attempts a
                                                                   WHERE a.workload_id = workloads.id))
                         WHERE id = :id
                        """)
                .param("id", id.value())
                .param("ended", Rows.utcOrNull(endedAt))
                .param("notBefore", Rows.utcOrNull(notBefore))
                .update();
    }

    void cancelAsked(WorkloadId id, String reason) {
        jdbc.sql("UPDATE workloads SET cancel_reason = :reason WHERE id = :id")
                .param("id", id.value())
                .param("reason", reason)
                .update();
    }

    /** The attempt that runs now is to end, and another is to begin. */
    void restartAsked(WorkloadId id, Reason why) {
        jdbc.sql("UPDATE workloads SET restart_code = :code, restart_message = :message WHERE id = :id")
                .param("id", id.value())
                .param("code", why.code())
                .param("message", why.message())
                .update();
    }

    /** What is not needed any more of a workload that has had very many attempts, as a service that fails for days has. */
    void deleteAttemptsBefore(WorkloadId id, int number) {
        jdbc.sql("DELETE FROM workload_attempts WHERE workload_id = :id AND number < :number AND forgotten")
                .param("id", id.value())
                .param("number", number)
                .update();
    }

    /** The attempts that have ended and that their executor still keeps. */
    List<Attempt> toForget(WorkloadId id) {
        return jdbc.sql(ATTEMPTS + "AND NOT forgotten AND ended_at IS NOT NULL ORDER BY number")
                .param("id", id.value())
                .query(WorkloadStore::attempt)
                .list();
    }

    void forgotten(AttemptId id) {
        jdbc.sql("UPDATE workload_attempts SET forgotten = true WHERE id = :id")
                .param("id", id.value())
                .update();
    }

    /** Whether a workload that runs now, another than this one, has said that it listens there. */
    boolean taken(WorkloadId id, String host, int port) {
        return jdbc.sql("""
                        SELECT EXISTS (SELECT FROM workloads
                                        WHERE state IN ('STARTING', 'RUNNING', 'CANCELLING')
                                          AND host = :host AND port = :port AND id <> :id)
                        """)
                .param("id", id.value())
                .param("host", host)
                .param("port", port)
                .query(Boolean.class)
                .single();
    }

    void address(WorkloadId id, String host, int port) {
        jdbc.sql("UPDATE workloads SET host = :host, port = :port, version = version + 1 WHERE id = :id")
                .param("id", id.value())
                .param("host", host)
                .param("port", port)
                .update();
    }

    AttemptFiles files(AttemptId attempt) {
        return jdbc.sql("SELECT events_offset, stdout_key, stderr_key FROM workload_attempts WHERE id = :id")
                .param("id", attempt.value())
                .query((row, number) -> new AttemptFiles(
                        row.getLong("events_offset"), row.getString("stdout_key"), row.getString("stderr_key")))
                .single();
    }

    /** Moves the read offset over what was read from there; false when somebody else has moved it. */
    boolean eventsRead(AttemptId attempt, long from, EventLines.Parsed read) {
        return jdbc.sql("""
                        UPDATE workload_attempts
                           SET events_offset = :to, ignored_lines = ignored_lines + :ignored,
                               ignored_first = coalesce(ignored_first, :first)
                         WHERE id = :id AND events_offset = :from
                        """)
                        .param("id", attempt.value())
                        .param("from", from)
                        .param("to", from + read.bytesRead())
                        .param("ignored", read.ignored())
                        .param("first", read.firstIgnored())
                        .update()
                == 1;
    }

    /** All in one statement, since they may be tens of thousands. */
    void insertOutputs(WorkloadId id, List<OutputFile> outputs) {
        jdbc.sql("""
                        INSERT INTO workload_outputs (workload_id, path, object_key, sha256, size_bytes)
                        SELECT :id, path, object_key, sha256, size_bytes
                          FROM unnest(:paths, :keys, :sha256s, :sizes) AS left_files (path, object_key, sha256, size_bytes)
                        ON CONFLICT (workload_id, path)
                        DO UPDATE SET object_key = excluded.object_key, sha256 = excluded.sha256, size_bytes = excluded.size_bytes
                        """)
                .param("id", id.value())
                .param("paths", outputs.stream().map(OutputFile::path).toArray(String[]::new))
                .param("keys", outputs.stream().map(OutputFile::objectKey).toArray(String[]::new))
                .param("sha256s", outputs.stream().map(OutputFile::sha256).toArray(String[]::new))
                .param("sizes", outputs.stream().map(OutputFile::sizeBytes).toArray(Long[]::new))
                .update();
    }

    List<OutputFile> outputs(WorkloadId id) {
        return jdbc.sql(
                        "SELECT path, object_key, sha256, size_bytes FROM workload_outputs WHERE workload_id = :id ORDER BY path")
                .param("id", id.value())
                .query((row, number) -> new OutputFile(
                        row.getString("path"),
                        row.getString("object_key"),
                        row.getString("sha256"),
                        row.getLong("size_bytes")))
                .list();
    }

    List<Queue.Waiting> queue(Instant now) {
        return jdbc.sql("""
                        SELECT id, cpus, memory_bytes, gpus, priority, queued_at
                          FROM workloads
                         WHERE state = 'QUEUED' AND not_before <= :now
                         ORDER BY priority DESC, id
                         LIMIT 1000
                        """)
                .param("now", Rows.utc(now))
                .query((row, number) -> new Queue.Waiting(
                        new WorkloadId(row.getObject("id", UUID.class)),
                        resources(row),
                        row.getInt("priority"),
                        Rows.instant(row, "queued_at")))
                .list();
    }

    Map<NodeId, Resources> allocations() {
        return jdbc
                .sql("""
                        SELECT executor, node, sum(cpus) AS cpus, sum(memory_bytes)::bigint AS memory_bytes, sum(gpus)::int AS gpus
                          FROM workloads
                         WHERE state IN ('STARTING', 'RUNNING', 'CANCELLING')
                         GROUP BY executor, node
                        """)
                .query((row, number) ->
                        Map.entry(new NodeId(row.getString("executor"), row.getString("node")), resources(row)))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    static String[] executors(Set<NodeId> nodes) {
        return nodes.stream().map(NodeId::executor).toArray(String[]::new);
    }

    /** In the order of {@link #executors}, for a set that does not change. */
    static String[] ids(Set<NodeId> nodes) {
        return nodes.stream().map(NodeId::id).toArray(String[]::new);
    }

    private List<Attempt> attempts(WorkloadId id) {
        return jdbc.sql(ATTEMPTS + "ORDER BY number")
                .param("id", id.value())
                .query(WorkloadStore::attempt)
                .list();
    }

    private static Attempt attempt(ResultSet row, int number) throws SQLException {
        return new Attempt(
                new AttemptId(row.getObject("id", UUID.class)),
                row.getInt("number"),
                WorkloadState.valueOf(row.getString("state")),
                row.getString("executor"),
                row.getString("node"),
                row.getObject("exit_code", Integer.class),
                reason(row),
                Rows.instantOrNull(row, "started_at"),
                Rows.instantOrNull(row, "ended_at"),
                warnings(row.getLong("ignored_lines"), row.getString("ignored_first")));
    }

    private static List<String> warnings(long ignored, @Nullable String first) {
        return first == null
                ? List.of()
                : List.of(
                        ignored == 1
                                ? "1 line of its events was ignored, because " + first
                                : "%d lines of its events were ignored, the first because %s"
                                        .formatted(ignored, first));
    }

    private static Resources resources(ResultSet row) throws SQLException {
        return new Resources(row.getDouble("cpus"), row.getLong("memory_bytes"), row.getInt("gpus"));
    }

    private static @Nullable Reason reason(ResultSet row) throws SQLException {
        return reason(row.getString("reason_code"), row.getString("reason_message"));
    }

    private static @Nullable Reason reason(@Nullable String code, String message) {
        return code == null ? null : new Reason(code, message);
    }

    private static Row row(ResultSet row, int number) throws SQLException {
        UUID by = row.getObject("submitted_by", UUID.class);
        var workload = new Workload(
                new WorkloadId(row.getObject("id", UUID.class)),
                new ProjectId(row.getObject("project_id", UUID.class)),
                row.getString("owner"),
                row.getString("owner_id"),
                Json.read(row.getString("spec"), WorkloadSpec.class),
                row.getInt("priority"),
                WorkloadState.valueOf(row.getString("state")),
                reason(row),
                List.of(),
                row.getString("host"),
                row.getObject("port", Integer.class),
                Rows.instant(row, "queued_at"),
                Rows.instantOrNull(row, "started_at"),
                Rows.instantOrNull(row, "ended_at"),
                row.getLong("version"));
        return new Row(
                workload,
                by == null ? null : new UserId(by),
                row.getString("cancel_reason"),
                reason(row.getString("restart_code"), row.getString("restart_message")),
                row.getLong("lease_token"));
    }
}
