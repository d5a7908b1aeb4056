package dev.trine.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.trine.Schema;
import dev.trine.testkit.TestPostgres;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What PostgreSQL itself keeps apart when a query forgets its {@code project_id}, for every table of tenants' rows, through a pool
 * of one connection that all tenants take turns on.
 */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class RowSecurityTest {

    private static final UUID ANN = new UUID(0, 0xa);
    private static final UUID BEN = new UUID(0, 0xb);

    /** Tables that are nobody's, or a user's own. */
    private static final Set<String> OF_NO_TENANT = Set.of(
            "event_publication",
            "flyway_schema_history",
            "idempotency_keys",
            "login_failures",
            "nodes",
            "refresh_tokens",
            "signing_keys",
            "users");

    /** One row in each table; {@code :p} is the project's id, which all ids of its rows are. */
    private static final String ONE_OF_EVERYTHING = """
            INSERT INTO users (id, email, name, password_hash, created_at) VALUES (:p, :p, 'u', '-', now());
            INSERT INTO organizations (id, name, slug, created_at) VALUES (:p, 'o', :p, now());
            INSERT INTO memberships (organization_id, user_id, role, created_at) VALUES (:p, :p, 'OWNER', now());
            INSERT INTO projects (id, organization_id, name, slug, created_at) VALUES (:p, :p, 'p', :p, now());
            INSERT INTO api_keys (id, user_id, organization_id, project_id, name, sha256, scopes, created_at)
            VALUES (:p, :p, :p, :p, 'k', '-', '{*}', now());
            INSERT INTO audit_events (id, at, organization_id, project_id, action, subject, details, request_id)
            VALUES (:p, now(), :p, :p, 'a', 's', '{}', '-');
            INSERT INTO loose_blobs (object_key, project_id, since) VALUES (:p, :p, now());
            INSERT INTO uploads (id, project_id, filename, size_bytes, created_by, created_at, expires_at)
            VALUES (:p, :p, 'f', 1, :p, now(), now());
            INSERT INTO datasets (id, project_id, name, description, tags, created_by, created_at, updated_at)
            VALUES (:p, :p, 'd', '', '{}', :p, now(), now());
            INSERT INTO dataset_versions (id, dataset_id, number, digest, row_count, size_bytes, columns, created_by, created_at)
            VALUES (:p, :p, 1, '-', 1, 1, '[]', :p, now());
            INSERT INTO dataset_files (version_id, path, object_key, sha256, size_bytes) VALUES (:p, 'f', '-', '-', 1);
            INSERT INTO dataset_splits (id, version_id, name, definition, parts, created_by, created_at)
            VALUES (:p, :p, 's', '{}', '[]', :p, now());
            INSERT INTO workloads (id, project_id, owner, owner_id, spec, cpus, memory_bytes, gpus, priority, state, not_before,
                                   queued_at)
            VALUES (:p, :p, 'training-job', '-', '{}', 1, 1, 0, 0, 'QUEUED', now(), now());
            INSERT INTO workload_attempts (id, workload_id, number, state, executor, node)
            VALUES (:p, :p, 1, 'ENDED', 'local', 'n');
            INSERT INTO workload_outputs (workload_id, path, object_key, sha256, size_bytes) VALUES (:p, 'f', '-', '-', 1);
            INSERT INTO experiments (id, project_id, name, created_at, updated_at) VALUES (:p, :p, 'e', now(), now());
            INSERT INTO runs (id, project_id, experiment_id, name, status, created_at, started_at)
            VALUES (:p, :p, :p, 'r', 'RUNNING', now(), now());
            INSERT INTO run_params (run_id, project_id, key, value) VALUES (:p, :p, 'k', 'v');
            INSERT INTO run_tags (run_id, project_id, key, value) VALUES (:p, :p, 'k', 'v');
            INSERT INTO run_metrics (run_id, project_id, key, step, timestamp_ms, value) VALUES (:p, :p, 'k', 1, 1, 1);
            INSERT INTO run_latest_metrics (run_id, project_id, key, step, timestamp_ms, value) VALUES (:p, :p, 'k', 1, 1, 1);
            INSERT INTO logged_models (id, project_id, experiment_id, run_id, name, model_type, status, created_at, updated_at)
            VALUES (:p, :p, :p, :p, 'm', '', 'LOGGED_MODEL_READY', now(), now());
            INSERT INTO logged_model_metrics (model_id, run_id, key, step, timestamp_ms, value) VALUES (:p, :p, 'k', 1, 1, 1);
            INSERT INTO logged_datasets (id, project_id, experiment_id, name, digest, source_type, source, created_at)
            VALUES (:p, :p, :p, 'd', '-', 'http', '{}', now());
            INSERT INTO run_datasets (run_id, dataset_id) VALUES (:p, :p);
            INSERT INTO run_models (run_id, model_id, role, step) VALUES (:p, :p, 'OUTPUT', 0);
            INSERT INTO traces (project_id, id, experiment_id, requested_at, state, told) VALUES (:p, 't', :p, now(), 'OK', true);
            INSERT INTO trace_tags (project_id, trace_id, key, value) VALUES (:p, 't', 'k', 'v');
            INSERT INTO trace_metadata (project_id, trace_id, key, value) VALUES (:p, 't', 'k', 'v');
            INSERT INTO trace_files (project_id, trace_id, path, object_key, sha256, size_bytes, created_at)
            VALUES (:p, 't', 'f', '-', '-', 0, now());
            INSERT INTO trace_runs (project_id, trace_id, run) VALUES (:p, 't', 'r');
            INSERT INTO trace_spans (project_id, trace_id, span_id, name, type, status, start_nanos, end_nanos, attributes, content)
            VALUES (:p, 't', 's', 'n', '', 'OK', 1, 2, '{}', '');
            INSERT INTO assessments (project_id, id, trace_id, name, kind, value, source_type, source_id, metadata, valid, created_at,
                                     updated_at)
            VALUES (:p, 'a', 't', 'n', 'FEEDBACK', '{}', 'HUMAN', 'h', '{}', true, now(), now());
            INSERT INTO evaluation_datasets (id, project_id, name, digest, records, created_at, updated_at)
            VALUES (:p, :p, 'd', '-', 1, now(), now());
            INSERT INTO evaluation_dataset_tags (dataset_id, project_id, key, value) VALUES (:p, :p, 'k', 'v');
            INSERT INTO evaluation_dataset_experiments (dataset_id, experiment_id, project_id) VALUES (:p, :p, :p);
            INSERT INTO evaluation_records (id, project_id, dataset_id, inputs_hash, inputs, tags, created_at, updated_at)
            VALUES (:p, :p, :p, '-', '{}', '{}', now(), now());
            INSERT INTO scorers (id, project_id, experiment_id, name) VALUES (:p, :p, :p, 's');
            INSERT INTO scorer_versions (scorer_id, project_id, version, definition, created_at) VALUES (:p, :p, 1, '{}', now());
            INSERT INTO issues (id, project_id, experiment_id, name, description, status, root_causes, categories, created_at,
                                updated_at)
            VALUES (:p, :p, :p, 'i', '', 'PENDING', '{}', '{}', now(), now());
            INSERT INTO webhooks (id, project_id, name, description, url, events, status, created_at, updated_at)
            VALUES (:p, :p, 'w', '', '-', '{}', 'ACTIVE', now(), now());
            INSERT INTO webhook_deliveries (id, project_id, webhook_id, event, body, state, attempts, created_at, updated_at)
            VALUES (:p, :p, :p, 'PROMPT_CREATED', '{}', 'PENDING', 0, now(), now());
            INSERT INTO artifacts (owner_id, path, object_key, sha256, size_bytes, created_at) VALUES (:p, 'f', '-', '-', 1, now());
            INSERT INTO models (id, project_id, name, created_by, created_at, updated_at) VALUES (:p, :p, 'm', :p, now(), now());
            INSERT INTO model_versions (id, model_id, number, digest, format, signature, files, created_by, created_at, updated_at)
            VALUES (:p, :p, 1, '-', 'onnx', '{}', '[]', :p, now(), now());
            INSERT INTO model_aliases (model_id, alias, number, updated_at) VALUES (:p, 'a', 1, now());
            INSERT INTO training_jobs (id, project_id, name, spec, workload_id, run_id, experiment_id, state, created_by, created_at,
                                       queued_at, token_scopes)
            VALUES (:p, :p, 'j', '{}', :p, :p, :p, 'QUEUED', :p, now(), now(), '{}');
            INSERT INTO evaluation_jobs (id, project_id, spec, workload_id, model_digest, dataset_version_id, state, created_by,
                                         created_at)
            VALUES (:p, :p, '{}', :p, '-', :p, 'QUEUED', :p, now());
            INSERT INTO inference_services (id, project_id, name, spec, model_version, state, created_by, created_at, updated_at)
            VALUES (:p, :p, 's', '{}', 1, 'READY', :p, now(), now());
            INSERT INTO inference_replicas (id, service_id, workload_id, state, created_at) VALUES (:p, :p, :p, 'READY', now());
            """;

    private static HikariDataSource pool;
    private static JdbcClient jdbc;
    private static TransactionTemplate transactions;

    @BeforeAll
    static void start() {
        pool = poolOfOne(Schema.freshDatabase());
        jdbc = JdbcClient.create(pool);
        transactions = new TransactionTemplate(new DataSourceTransactionManager(pool));
        for (UUID project : List.of(ANN, BEN)) {
            for (String statement : ONE_OF_EVERYTHING.split(";\n", -1)) {
                if (!statement.isBlank()) {
                    jdbc.sql(statement.replace(":p", "'" + project + "'")).update();
                }
            }
        }
    }

    private static HikariDataSource poolOfOne(String url) {
        var made = new HikariDataSource();
        made.setJdbcUrl(url);
        made.setMaximumPoolSize(1);
        TenantConnections.connectionsOfThePoolTellWhoseRowsTheyReach()
                .postProcessAfterInitialization(made, "dataSource");
        return made;
    }

    @AfterAll
    static void stop() {
        pool.close();
    }

    private static List<String> tables(JdbcClient of) {
        return of.sql("""
                        SELECT table_name FROM information_schema.tables
                         WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1
                        """).query((row, number) -> row.getString(1)).list().stream()
                .filter(table -> !OF_NO_TENANT.contains(table))
                .toList();
    }

    private static long count(String table) {
        return jdbc.sql("SELECT count(*) FROM " + table).query(Long.class).single();
    }

    /** Tables of tenants' rows that PostgreSQL does not keep, or whose owner it lets past. */
    private static List<String> open(JdbcClient of) {
        return tables(of).stream()
                .filter(table ->
                        !of.sql("""
                                SELECT relrowsecurity AND relforcerowsecurity
                                       AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)
                                  FROM pg_class c WHERE c.oid = to_regclass(:table)
                                """).param("table", table).query(Boolean.class).single())
                .toList();
    }

    @Test
    void everyTableHasAPolicyUnlessItIsOfNoTenantAndOneWithoutIsFound() {
        assertThat(open(jdbc)).isEmpty();
        assertThat(tables(jdbc)).hasSizeGreaterThan(25);
        try (HikariDataSource other = poolOfOne(Schema.freshDatabase())) {
            JdbcClient there = JdbcClient.create(other);
            there.sql("CREATE TABLE forgotten_things (id uuid PRIMARY KEY, project_id uuid NOT NULL)")
                    .update();
            there.sql("ALTER TABLE models NO FORCE ROW LEVEL SECURITY").update();
            assertThat(open(there)).containsExactly("forgotten_things", "models");
        }
    }

    @Test
    void aQueryWithoutItsFilterFindsNothingOfAnotherProject() {
        for (String table : tables(jdbc)) {
            assertThat(count(table)).as("%s of the platform", table).isEqualTo(2);
            for (UUID project : List.of(ANN, BEN)) {
                Tenancy.within(project, () -> {
                    assertThat(count(table)).as(table).isEqualTo(1);
                    assertThat(jdbc.sql("SELECT to_jsonb(t)::text FROM " + table + " t")
                                    .query(String.class)
                                    .single())
                            .as(table)
                            .contains(project.toString())
                            .doesNotContain((project.equals(ANN) ? BEN : ANN).toString());
                    return null;
                });
            }
        }
    }

    @Test
    void aChangeWithoutItsFilterLeavesTheRowsOfAnotherProjectAsTheyAre() {
        for (String table : tables(jdbc)) {
            String ids = jdbc.sql("""
                            SELECT string_agg(column_name || ' = ' || column_name, ', ') FROM information_schema.columns
                             WHERE table_schema = 'public' AND table_name = :table
                            """).param("table", table).query(String.class).single();
            transactions.executeWithoutResult(status -> {
                int changed = Tenancy.within(
                        ANN, () -> jdbc.sql("UPDATE " + table + " SET " + ids).update());
                assertThat(changed).as(table).isEqualTo(1);
                status.setRollbackOnly();
            });
            String bens = Tenancy.within(
                    BEN,
                    () -> jdbc.sql("SELECT ctid::text FROM " + table)
                            .query(String.class)
                            .single());
            int deleted = Tenancy.within(
                    ANN,
                    () -> jdbc.sql("DELETE FROM " + table + " WHERE ctid = :row::tid")
                            .param("row", bens)
                            .update());
            assertThat(deleted).as(table).isZero();
        }
    }

    @Test
    void aRowThatIsAnotherProjectsIsNotTaken() {
        for (String table : tables(jdbc)) {
            String bens = Tenancy.within(
                    BEN,
                    () -> jdbc.sql("SELECT to_jsonb(t)::text FROM " + table + " t")
                            .query(String.class)
                            .single());
            assertThatThrownBy(() -> Tenancy.within(
                            ANN,
                            () -> jdbc.sql("INSERT INTO %s SELECT * FROM jsonb_populate_record(NULL::%s, :row::jsonb)"
                                            .formatted(table, table))
                                    .param("row", bens)
                                    .update()))
                    .as(table)
                    .isInstanceOf(DataAccessException.class)
                    .rootCause()
                    .hasMessageContaining("row-level security policy");
        }
    }

    @Test
    void aRowIsNotMovedToAnotherProject() {
        for (String table : tables(jdbc)) {
            boolean owned =
                    jdbc.sql("""
                            SELECT count(*) FROM information_schema.columns
                             WHERE table_schema = 'public' AND table_name = :table AND column_name = 'project_id'
                            """).param("table", table).query(Boolean.class).single();
            if (owned) {
                assertThatThrownBy(() -> Tenancy.within(
                                ANN,
                                () -> jdbc.sql("UPDATE " + table + " SET project_id = :ben")
                                        .param("ben", BEN)
                                        .update()))
                        .as(table)
                        .rootCause()
                        .hasMessageContaining("row-level security policy");
            }
        }
    }

    @Test
    void aSessionThatIsToldNothingReachesNothing() throws Exception {
        try (var plain = DriverManager.getConnection(pool.getJdbcUrl());
                var statement = plain.createStatement()) {
            for (String table : tables(jdbc)) {
                try (var rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
                    rows.next();
                    assertThat(rows.getLong(1)).as(table).isZero();
                }
            }
        }
    }

    @Test
    void tenantsThatTakeTurnsOnOneConnectionSeeTheirOwnOnly() {
        for (int turn = 0; turn < 50; turn++) {
            assertThat(Tenancy.within(ANN, RowSecurityTest::seen)).containsExactly(ANN);
            assertThat(Tenancy.within(BEN, RowSecurityTest::seen)).containsExactly(BEN);
            assertThat(seen()).containsExactlyInAnyOrder(ANN, BEN);
        }
    }

    private static List<UUID> seen() {
        return jdbc.sql("SELECT id FROM datasets")
                .query((row, number) -> row.getObject(1, UUID.class))
                .list();
    }

    @Test
    void aTransactionThatIsRolledBackTakesWhatItWasToldAlongAndTheNextIsToldAgain() {
        for (boolean fails : new boolean[] {false, true}) {
            assertThat(Tenancy.within(ANN, RowSecurityTest::seen)).containsExactly(ANN);
            Tenancy.within(
                    BEN,
                    () -> transactions.<@Nullable Object>execute(status -> {
                        assertThat(seen()).containsExactly(BEN);
                        if (fails) {
                            assertThatThrownBy(() ->
                                            jdbc.sql("SELECT 1 / 0").query().singleValue())
                                    .isInstanceOf(DataAccessException.class);
                        }
                        status.setRollbackOnly();
                        return null;
                    }));
            assertThat(Tenancy.within(BEN, RowSecurityTest::seen)).containsExactly(BEN);
            assertThat(Tenancy.within(ANN, RowSecurityTest::seen)).containsExactly(ANN);
        }
    }

    @Test
    void whatGoesBackToASavepointIsToldAgain() {
        Tenancy.within(
                ANN,
                () -> transactions.<@Nullable Object>execute(status -> {
                    Object before = status.createSavepoint();
                    assertThat(Tenancy.within(BEN, RowSecurityTest::seen)).containsExactly(BEN);
                    status.rollbackToSavepoint(before);
                    assertThat(Tenancy.within(BEN, RowSecurityTest::seen)).containsExactly(BEN);
                    assertThat(seen()).containsExactly(ANN);
                    return null;
                }));
    }

    @Test
    void whatIsDoneAcrossProjectsInTheMiddleOfOneSaysSo() {
        Tenancy.within(
                ANN,
                () -> transactions.<@Nullable Object>execute(status -> {
                    assertThat(seen()).containsExactly(ANN);
                    assertThat(Tenancy.acrossProjects(RowSecurityTest::seen)).hasSize(2);
                    assertThat(seen()).containsExactly(ANN);
                    return null;
                }));
    }

    @Test
    void aThreadThatARequestStartsIsThePlatformsUnlessItTakesTheProjectAlong() {
        Tenancy.within(ANN, () -> {
            assertThat(CompletableFuture.supplyAsync(RowSecurityTest::seen, Thread::startVirtualThread)
                            .join())
                    .hasSize(2);
            assertThat(CompletableFuture.supplyAsync(
                                    () -> Tenancy.within(ANN, RowSecurityTest::seen), Thread::startVirtualThread)
                            .join())
                    .containsExactly(ANN);
            return null;
        });
    }

    @Test
    void aConnectionThatIsToldAlreadyIsNotToldAgain() {
        var told = new AtomicInteger();
        try (var counted = new HikariDataSource()) {
            counted.setDataSource(new TenantConnections.Sessions(
                    new DelegatingDataSource(new DriverManagerDataSource(pool.getJdbcUrl())) {
                        @Override
                        public Connection getConnection() throws SQLException {
                            return counting(super.getConnection(), told);
                        }
                    }));
            counted.setMaximumPoolSize(1);
            JdbcClient asked = JdbcClient.create(counted);
            for (int turn = 0; turn < 5; turn++) {
                Tenancy.within(
                        ANN,
                        () -> asked.sql("SELECT id FROM datasets")
                                .query(UUID.class)
                                .single());
            }
            assertThat(told).hasValue(1);
            Tenancy.within(
                    BEN,
                    () -> asked.sql("SELECT id FROM datasets").query(UUID.class).single());
            assertThat(told).hasValue(2);
        }
    }

    private static Connection counting(Connection session, AtomicInteger told) {
        return (Connection) Proxy.newProxyInstance(
                RowSecurityTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")
                            && String.valueOf(arguments[0]).contains("set_config")) {
                        told.incrementAndGet();
                    }
                    try {
                        return method.invoke(session, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void onlyARequestIsNarrowedAndOnlyOnce() {
        assertThatThrownBy(() -> Tenancy.narrow(ANN)).isInstanceOf(IllegalStateException.class);
        Tenancy.acrossProjects(() -> {
            Tenancy.narrow(ANN);
            Tenancy.narrow(ANN);
            assertThat(seen()).containsExactly(ANN);
            assertThatThrownBy(() -> Tenancy.narrow(BEN)).isInstanceOf(IllegalStateException.class);
            assertThat(seen()).containsExactly(ANN);
            return null;
        });
        assertThat(seen()).hasSize(2);
    }

    @Test
    void aRoleThatNoPolicyHoldsIsToldAtTheStartAndInTheHealth() {
        var locks = new TenantLocks(jdbc);
        locks.afterSingletonsInstantiated();
        assertThat(locks.health().getStatus().getCode()).isEqualTo("UP");
        try (HikariDataSource mighty = poolOfOne(TestPostgres.asSuperuser(pool.getJdbcUrl()))) {
            var bypassed = new TenantLocks(JdbcClient.create(mighty));
            bypassed.afterSingletonsInstantiated();
            assertThat(bypassed.health().getStatus().getCode()).isEqualTo("UNKNOWN");
            assertThat(bypassed.health().getDetails())
                    .isEqualTo(Map.of("reason", "the database's user is a superuser or has BYPASSRLS"));
        }
    }
}
