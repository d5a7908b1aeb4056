package dev.trine.inference;

import dev.trine.inference.InferenceService.Replica;
import dev.trine.lib.routing.GatewayConfig;
import dev.trine.shared.Rows;
import dev.trine.workload.Workload.Reason;
import dev.trine.workload.WorkloadId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of {@code inference_replicas}. */
@Repository
class ReplicaStore {

    private final JdbcClient jdbc;

    ReplicaStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A replica that says where it listens. */
    record Listening(
            ReplicaId id, InferenceServiceId service, WorkloadId workload, ReplicaState state, String host, int port) {}

    void insert(ReplicaId id, InferenceServiceId service, WorkloadId workload, Instant now) {
        jdbc.sql("""
                        INSERT INTO inference_replicas (id, service_id, workload_id, state, created_at)
                        VALUES (:id, :service, :workload, 'STARTING', :now)
                        """)
                .param("id", id.value())
                .param("service", service.value())
                .param("workload", workload.value())
                .param("now", Rows.utc(now))
                .update();
    }

    Optional<InferenceServiceId> serviceOf(WorkloadId workload) {
        return jdbc.sql("SELECT service_id FROM inference_replicas WHERE workload_id = :workload")
                .param("workload", workload.value())
                .query(UUID.class)
                .optional()
                .map(InferenceServiceId::new);
    }

    /** Follows the workload: whether it runs, where it listens now, or why it does not. */
    void follow(
            WorkloadId workload,
            ReplicaState state,
            boolean running,
            @Nullable Reason reason,
            @Nullable String host,
            @Nullable Integer port,
            Instant now) {
        jdbc.sql("""
                        UPDATE inference_replicas
                           SET state = :state, reason_code = :code, reason_message = :message, host = :host, port = :port,
                               running_since = CASE WHEN :running THEN coalesce(running_since, :now) END
                         WHERE workload_id = :workload
                        """)
                .param("running", running)
                .param("now", Rows.utc(now))
                .param("workload", workload.value())
                .param("state", state.name())
                .param("code", reason == null ? null : reason.code())
                .param("message", reason == null ? null : reason.message())
                .param("host", host)
                .param("port", port)
                .update();
    }

    /** Marks a replica ready if it still listens there; false when it has moved on. */
    boolean ready(Listening seen, Instant now) {
        return jdbc.sql("""
                        UPDATE inference_replicas
                           SET state = 'READY', reason_code = NULL, reason_message = NULL, ready_at = :now
                         WHERE id = :id AND state IN ('STARTING', 'NOT_READY') AND host = :host AND port = :port
                        """)
                        .param("id", seen.id().value())
                        .param("host", seen.host())
                        .param("port", seen.port())
                        .param("now", Rows.utc(now))
                        .update()
                == 1;
    }

    /** Marks a ready replica as one that is not, if it still listens there; false when it has moved on. */
    boolean notReady(Listening seen, Reason why) {
        return jdbc.sql("""
                        UPDATE inference_replicas
                           SET state = 'NOT_READY', reason_code = :code, reason_message = :message
                         WHERE id = :id AND state = 'READY' AND host = :host AND port = :port
                        """)
                        .param("id", seen.id().value())
                        .param("code", why.code())
                        .param("message", why.message())
                        .param("host", seen.host())
                        .param("port", seen.port())
                        .update()
                == 1;
    }

    /** What runs since before a moment and has not become ready. */
    List<WorkloadId> startingSince(Instant moment) {
        return jdbc.sql(
                        "SELECT workload_id FROM inference_replicas WHERE state = 'STARTING' AND running_since < :moment")
                .param("moment", Rows.utc(moment))
                .query((row, number) -> InferenceServiceStore.workload(row))
                .list();
    }

    List<Listening> listening() {
        return jdbc.sql("""
                        SELECT id, service_id, workload_id, state, host, port
                          FROM inference_replicas
                         WHERE state IN ('STARTING', 'READY', 'NOT_READY') AND port IS NOT NULL
                        """)
                .query((row, number) -> new Listening(
                        new ReplicaId(row.getObject("id", UUID.class)),
                        new InferenceServiceId(row.getObject("service_id", UUID.class)),
                        InferenceServiceStore.workload(row),
                        ReplicaState.valueOf(row.getString("state")),
                        row.getString("host"),
                        row.getInt("port")))
                .list();
    }

    /** The replicas of some services, by service, oldest first. */
    Map<InferenceServiceId, List<Replica>> of(Collection<InferenceServiceId> services) {
        var found = new LinkedHashMap<InferenceServiceId, List<Replica>>();
        jdbc.sql("""
                        SELECT service_id, id, workload_id, state, reason_code, reason_message, host, port, created_at, ready_at
                          FROM inference_replicas
                         WHERE service_id = ANY (:services)
                         ORDER BY service_id, id
                        """)
                .param(
                        "services",
                        services.stream().map(InferenceServiceId::value).toArray(UUID[]::new))
                .query((ResultSet row) -> {
                    var service = new InferenceServiceId(row.getObject("service_id", UUID.class));
                    found.computeIfAbsent(service, key -> new ArrayList<>()).add(replica(row));
                });
        return found;
    }

    /** What the gateway must know: every living service with its ready replicas. */
    List<GatewayConfig.Service> routes() {
        var services = new LinkedHashMap<UUID, GatewayConfig.Service>();
        var replicas = new LinkedHashMap<UUID, List<GatewayConfig.Replica>>();
        jdbc.sql("""
                        SELECT s.id, s.name, p.slug, r.id AS replica, r.host, r.port
                          FROM inference_services s
                          JOIN projects p ON p.id = s.project_id
                          LEFT JOIN inference_replicas r ON r.service_id = s.id AND r.state = 'READY'
                         WHERE s.deleted_at IS NULL
                         ORDER BY s.id, r.id
                        """).query((ResultSet row) -> {
            UUID id = row.getObject("id", UUID.class);
            services.putIfAbsent(
                    id,
                    new GatewayConfig.Service(
                            new InferenceServiceId(id).toString(),
                            row.getString("slug"),
                            row.getString("name"),
                            List.of()));
            UUID replica = row.getObject("replica", UUID.class);
            if (replica != null) {
                replicas.computeIfAbsent(id, key -> new ArrayList<>())
                        .add(new GatewayConfig.Replica(
                                new ReplicaId(replica).toString(), row.getString("host"), row.getInt("port")));
            }
        });
        return services.entrySet().stream()
                .map(entry -> new GatewayConfig.Service(
                        entry.getValue().id(),
                        entry.getValue().project(),
                        entry.getValue().name(),
                        replicas.getOrDefault(entry.getKey(), List.of())))
                .toList();
    }

    private static Replica replica(ResultSet row) throws SQLException {
        String host = row.getString("host");
        return new Replica(
                new ReplicaId(row.getObject("id", UUID.class)),
                InferenceServiceStore.workload(row),
                ReplicaState.valueOf(row.getString("state")),
                InferenceServiceStore.reason(row),
                host == null ? null : host + ":" + row.getInt("port"),
                Rows.instant(row, "created_at"),
                Rows.instantOrNull(row, "ready_at"));
    }
}
