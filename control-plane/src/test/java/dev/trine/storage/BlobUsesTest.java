package dev.trine.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Schema;
import dev.trine.identity.ProjectId;
import java.lang.reflect.Constructor;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.BeanUtils;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AssignableTypeFilter;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.util.ClassUtils;

/** Every row that names a blob is known to who removes blobs. */
class BlobUsesTest {

    /** Documents that name no blob, and the notes of the one who asks. */
    private static final Set<String> NO_USES = Set.of(
            "assessments.metadata",
            "assessments.value",
            "audit_events.details",
            "dataset_splits.definition",
            "dataset_versions.columns",
            "evaluation_datasets.schema",
            "evaluation_jobs.report",
            "evaluation_jobs.spec",
            "evaluation_records.expectations",
            "evaluation_records.inputs",
            "evaluation_records.outputs",
            "evaluation_records.source",
            "evaluation_records.tags",
            "experiments.tags",
            "idempotency_keys.headers",
            "inference_services.spec",
            "logged_models.params",
            "logged_models.tags",
            "loose_blobs.object_key",
            "model_versions.signature",
            "model_versions.tags",
            "models.tags",
            "nodes.labels",
            "run_datasets.tags",
            "trace_spans.attributes",
            "training_jobs.spec");

    private static final String SHA256 = "ab".repeat(32);
    private static final ProjectId PROJECT = new ProjectId(new UUID(0, 2));
    private static final String KEY = Blobs.key(PROJECT, SHA256);

    /** A row for each column that names a blob; {@code :p} is every id, {@code :key} the blob's key. */
    private static final Map<String, String> USES = Map.of(
            "uploads.object_key", """
            INSERT INTO uploads (id, project_id, filename, size_bytes, object_key, created_by, created_at, expires_at)
            VALUES (:p, :p, 'f', 1, :key, :p, now(), now())
            """,
            "dataset_files.object_key",
                    "INSERT INTO dataset_files (version_id, path, object_key, sha256, size_bytes) VALUES (:p, 'f', :key, '-', 1)",
            "dataset_splits.parts", """
            INSERT INTO dataset_splits (id, version_id, name, definition, parts, created_by, created_at)
            VALUES (:p, :p, 's', '{}', jsonb_build_array(jsonb_build_object('sha256', split_part(:key, '/', 4))), :p, now())
            """,
            "workload_outputs.object_key", """
            INSERT INTO workload_outputs (workload_id, path, object_key, sha256, size_bytes) VALUES (:p, 'f', :key, '-', 1)
            """,
            "workload_attempts.stdout_key", """
            INSERT INTO workload_attempts (id, workload_id, number, state, executor, node, stdout_key)
            VALUES (:p, :p, 1, 'ENDED', 'local', 'n', :key)
            """,
            "workload_attempts.stderr_key", """
            INSERT INTO workload_attempts (id, workload_id, number, state, executor, node, stderr_key)
            VALUES (:p, :p, 1, 'ENDED', 'local', 'n', :key)
            """,
            "workloads.spec", """
            UPDATE workloads SET spec = jsonb_build_object('inputs', jsonb_build_array(jsonb_build_object(
                'files', jsonb_build_array(jsonb_build_object('objectKey', :key::text)))))
            """,
            "artifacts.object_key",
                    "INSERT INTO artifacts (owner_id, path, object_key, sha256, size_bytes, created_at) VALUES (:p, 'f', :key, '-', 1, now())",
            "trace_files.object_key", """
            INSERT INTO trace_files (project_id, trace_id, path, object_key, sha256, size_bytes, created_at)
            VALUES (:p, 't', 'f', :key, '-', 1, now())
            """,
            "model_versions.files", """
            INSERT INTO model_versions (id, model_id, number, digest, format, signature, files, created_by, created_at, updated_at)
            VALUES (:p, :p, 1, '-', 'onnx', '{}', jsonb_build_array(jsonb_build_object('objectKey', :key::text)), :p, now(), now())
            """);

    private static final String PARENTS = """
            INSERT INTO users (id, email, name, password_hash, created_at) VALUES (:p, 'u', 'u', '-', now());
            INSERT INTO organizations (id, name, slug, created_at) VALUES (:p, 'o', 'o', now());
            INSERT INTO projects (id, organization_id, name, slug, created_at) VALUES (:p, :p, 'p', 'p', now());
            INSERT INTO datasets (id, project_id, name, description, tags, created_by, created_at, updated_at)
            VALUES (:p, :p, 'd', '', '{}', :p, now(), now());
            INSERT INTO dataset_versions (id, dataset_id, number, digest, row_count, size_bytes, columns, created_by, created_at)
            VALUES (:p, :p, 1, '-', 1, 1, '[]', :p, now());
            INSERT INTO workloads (id, project_id, owner, owner_id, spec, cpus, memory_bytes, gpus, priority, state, not_before,
                                   queued_at)
            VALUES (:p, :p, 'training-job', '-', '{}', 1, 1, 0, 0, 'QUEUED', now(), now());
            INSERT INTO experiments (id, project_id, name, created_at, updated_at) VALUES (:p, :p, 'e', now(), now());
            INSERT INTO runs (id, project_id, experiment_id, name, status, created_at, started_at)
            VALUES (:p, :p, :p, 'r', 'RUNNING', now(), now());
            INSERT INTO models (id, project_id, name, created_by, created_at, updated_at) VALUES (:p, :p, 'm', :p, now(), now());
            INSERT INTO traces (project_id, id, experiment_id, requested_at, state, told) VALUES (:p, 't', :p, now(), 'OK', true);
            """;

    private final JdbcClient jdbc =
            JdbcClient.create(new DriverManagerDataSource(Schema.freshDatabaseAcrossProjects()));
    private final List<BlobUses> modules = modules();

    private List<BlobUses> modules() {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AssignableTypeFilter(BlobUses.class));
        return scanner.findCandidateComponents("dev.trine").stream()
                .filter(found -> !String.valueOf(found.getBeanClassName()).contains("Test"))
                .map(found -> made(ClassUtils.resolveClassName(
                        String.valueOf(found.getBeanClassName()), BlobUsesTest.class.getClassLoader())))
                .toList();
    }

    private BlobUses made(Class<?> type) {
        Constructor<?> constructor = BeanUtils.getResolvableConstructor(type);
        return (BlobUses) BeanUtils.instantiateClass(constructor, jdbc);
    }

    @Test
    void everyColumnThatMayNameABlobIsSomeModulesOrNamesNone() {
        assertThat(unknown()).isEmpty();
        jdbc.sql("CREATE TABLE forgotten_files (object_key text, made_of jsonb)")
                .update();
        assertThat(unknown()).containsExactly("forgotten_files.made_of", "forgotten_files.object_key");
    }

    /** Columns with a blob's key by their name, and documents, that nobody has said anything of. */
    private Set<String> unknown() {
        var unknown = new TreeSet<>(
                jdbc.sql("""
                        SELECT table_name || '.' || column_name FROM information_schema.columns
                         WHERE table_schema = 'public' AND (column_name LIKE '%\\_key' OR data_type = 'jsonb')
                        """).query((row, number) -> row.getString(1)).set());
        unknown.removeAll(NO_USES);
        modules.forEach(module -> unknown.removeAll(module.columns()));
        return unknown;
    }

    @Test
    void everyColumnThatAModuleNamesIsTriedHere() {
        var columns = new HashSet<String>();
        modules.forEach(module -> columns.addAll(module.columns()));
        assertThat(columns).isEqualTo(USES.keySet());
    }

    @Test
    void aBlobIsUsedWhereverARowNamesItAndNowhereElse() {
        run(PARENTS);
        assertThat(used()).isEmpty();
        for (var use : USES.entrySet()) {
            run(use.getValue());
            assertThat(used()).as(use.getKey()).containsExactly(KEY);
            String table = use.getKey().substring(0, use.getKey().indexOf('.'));
            run(table.equals("workloads") ? "UPDATE workloads SET spec = '{}'" : "DELETE FROM " + table);
            assertThat(used()).as("without " + use.getKey()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dataset_files.object_key UPDATE datasets SET deleted_at = now()",
                "dataset_splits.parts UPDATE datasets SET deleted_at = now()",
                "workloads.spec UPDATE workloads SET ended_at = now()"
            })
    void aBlobOfWhatIsDeletedOrHasEndedIsNotUsed(String columnAndEnd) {
        int space = columnAndEnd.indexOf(' ');
        run(PARENTS);
        run(String.valueOf(USES.get(columnAndEnd.substring(0, space))));
        assertThat(used()).containsExactly(KEY);
        run(columnAndEnd.substring(space));
        assertThat(used()).isEmpty();
    }

    @Test
    void theFilesOfADeletedRunStayForItCanBeRestored() {
        run(PARENTS);
        run(String.valueOf(USES.get("artifacts.object_key")));
        run("UPDATE runs SET deleted_at = now()");
        assertThat(used()).containsExactly(KEY);
    }

    private void run(String statements) {
        for (String statement : statements.split(";\n", -1)) {
            if (!statement.isBlank()) {
                jdbc.sql(statement.replace(":p", "'" + PROJECT.value() + "'").replace(":key", "'" + KEY + "'"))
                        .update();
            }
        }
    }

    private Set<String> used() {
        var used = new HashSet<String>();
        modules.forEach(module -> used.addAll(module.used(PROJECT, List.of(KEY, Blobs.key(PROJECT, "cd".repeat(32))))));
        return used;
    }
}
