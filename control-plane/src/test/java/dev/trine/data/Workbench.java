package dev.trine.data;

import dev.trine.MovableClock;
import dev.trine.Schema;
import dev.trine.identity.Audit;
import dev.trine.identity.Caller;
import dev.trine.identity.IdempotentTransactions;
import dev.trine.identity.OrganizationId;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.UserId;
import dev.trine.shared.IdSource;
import dev.trine.shared.InstanceProperties;
import dev.trine.storage.Blobs;
import dev.trine.storage.FilesystemObjectStore;
import dev.trine.storage.TestBlobs;
import dev.trine.storage.WatchedStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.unit.DataSize;

/** This module on a database and a folder of its own, with one project. */
final class Workbench {

    final MovableClock clock = new MovableClock();
    final DriverManagerDataSource database = new DriverManagerDataSource(Schema.freshDatabaseAcrossProjects());
    final JdbcClient jdbc = JdbcClient.create(database);
    final IdSource ids = new IdSource(clock, new Random(1));
    final TransactionTemplate transactions = new TransactionTemplate(new JdbcTransactionManager(database));
    final WatchedStore objects;
    final Blobs blobs;
    final DatasetStore datasetStore = new DatasetStore(jdbc);
    final DatasetVersionStore versions = new DatasetVersionStore(jdbc);
    final UploadStore uploadStore = new UploadStore(jdbc);
    final TusUploads uploads;
    final DatasetService datasets;
    final ProjectScope scope = new ProjectScope(
            new ProjectId(new UUID(0, 2)),
            new OrganizationId(new UUID(0, 1)),
            "p",
            new Caller(new UserId(new UUID(0, 4)), null, null, null));
    final Audit audit = new NoAudit();

    Workbench(Path folder) throws IOException {
        jdbc.sql("INSERT INTO organizations (id, slug, name, created_at) VALUES (?, 'o', 'o', now())")
                .param(scope.organizationId().value())
                .update();
        jdbc.sql("INSERT INTO projects (id, organization_id, slug, name, created_at) VALUES (?, ?, 'p', 'p', now())")
                .param(scope.projectId().value())
                .param(scope.organizationId().value())
                .update();
        objects = new WatchedStore(new FilesystemObjectStore(folder.resolve("objects"), clock));
        blobs = TestBlobs.over(objects, jdbc, ids, clock);
        uploads = uploadsOf("test");
        datasets = new DatasetService(
                datasetStore, versions, uploads, blobs, audit, new IdempotentTransactions(transactions), ids, clock);
    }

    /** What another copy of the platform has of uploads. */
    TusUploads uploadsOf(String instance) {
        return new TusUploads(
                new InstanceProperties(instance),
                uploadStore,
                objects,
                blobs,
                new DataProperties(DataSize.ofGigabytes(1), Duration.ofDays(7)),
                ids,
                clock);
    }

    Dataset dataset(String name) {
        return datasets.create(scope, datasets.prepare(scope, name, "", List.of()));
    }

    UploadId upload(String filename, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        UploadId id = uploads.create(scope, bytes.length, filename, null).id();
        uploads.append(scope, id, 0, new ByteArrayInputStream(bytes), null);
        return id;
    }

    /** The keys of all objects that are not blobs. */
    List<String> leftovers() throws IOException {
        return objects.list("", "", 1_000).stream()
                .filter(key -> !key.contains("/blobs/"))
                .toList();
    }

    /** Who did what is another module's to test. */
    private static final class NoAudit implements Audit {
        @Override
        public void record(ProjectScope scope, String action, String subject, Map<String, String> details) {}

        @Override
        public void record(
                OrganizationId organization,
                Caller caller,
                String action,
                String subject,
                Map<String, String> details) {}

        @Override
        public List<Event> latest(ProjectId project, int limit) {
            return List.of();
        }
    }
}
