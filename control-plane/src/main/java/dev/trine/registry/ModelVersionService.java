package dev.trine.registry;

import dev.trine.data.DatasetVersionId;
import dev.trine.data.Datasets;
import dev.trine.experiment.Experiments;
import dev.trine.experiment.Experiments.Artifact;
import dev.trine.experiment.RunId;
import dev.trine.identity.Audit;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.registry.ModelVersion.ModelFile;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.Json;
import dev.trine.shared.Page;
import dev.trine.shared.Search;
import dev.trine.shared.TrineException;
import dev.trine.storage.Blobs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/** Makes versions of registered models, and changes what is said of them. */
@Service
class ModelVersionService implements ModelVersions {

    private static final int MOST_DESCRIPTION_BYTES = 1 << 20;

    private final ModelService models;
    private final ModelStore modelRows;
    private final ModelVersionStore store;
    private final Experiments experiments;
    private final Datasets datasets;
    private final Blobs blobs;
    private final Audit audit;
    private final ApplicationEventPublisher changes;
    private final IdSource ids;
    private final Clock clock;

    ModelVersionService(
            ModelService models,
            ModelStore modelRows,
            ModelVersionStore store,
            Experiments experiments,
            Datasets datasets,
            Blobs blobs,
            Audit audit,
            ApplicationEventPublisher changes,
            IdSource ids,
            Clock clock) {
        this.models = models;
        this.modelRows = modelRows;
        this.store = store;
        this.experiments = experiments;
        this.datasets = datasets;
        this.blobs = blobs;
        this.audit = audit;
        this.changes = changes;
        this.ids = ids;
        this.clock = clock;
    }

    /** Fixes the files that a run has below {@code artifactPath} as the model's next version. */
    @Transactional
    ModelVersion register(
            ProjectScope scope,
            String name,
            RunId run,
            String artifactPath,
            @Nullable DatasetVersionId datasetVersion) {
        models.require(scope.projectId(), name);
        experiments.run(scope.projectId(), run);
        if (datasetVersion != null && !datasets.has(scope.projectId(), datasetVersion)) {
            throw TrineException.invalid(
                    "datasetVersionId", "there is no dataset version '%s'".formatted(datasetVersion));
        }
        List<Artifact> found = experiments.artifacts(scope.projectId(), run, artifactPath);
        if (found.isEmpty()) {
            throw TrineException.invalid("artifactPath", "%s has no artifacts at '%s'".formatted(run, artifactPath));
        }
        return register(
                scope,
                name,
                new Registration(
                        run, ModelFiles.within(found, artifactPath), datasetVersion, null, null, "", Map.of()));
    }

    @Override
    @Transactional
    public ModelVersion register(ProjectScope scope, String name, Registration asked) {
        Model model = models.require(scope.projectId(), name);
        RunId run = asked.run();
        Map<String, String> runTags =
                run == null ? Map.of() : experiments.run(scope.projectId(), run).tags();
        DatasetVersionId datasetVersion = asked.datasetVersion();
        List<Artifact> files = asked.files();
        Instant now = clock.instant();
        var version = new ModelVersion(
                new ModelVersionId(ids.next()),
                name,
                modelRows.nextNumber(model.id(), now).orElseThrow(() -> TrineException.notFound("model", name)),
                ModelDigest.of(files, ""),
                format(files),
                signature(files),
                files.stream()
                        .map(file -> new ModelFile(file.path(), file.sizeBytes(), file.sha256()))
                        .toList(),
                run,
                runTags.get("trine.job"),
                datasetVersion == null ? runTags.get("trine.datasetVersion") : datasetVersion.toString(),
                List.of(),
                asked.description(),
                ModelStage.NONE,
                asked.tags(),
                asked.source(),
                asked.runLink(),
                now,
                now);
        store.insert(model.id(), version, files, scope.caller().userId());
        audit.record(
                scope, "model.version.register", name + "/" + version.version(), Map.of("digest", version.digest()));
        changes.publishEvent(new RegistryChange.VersionRegistered(scope.projectId(), version));
        return version;
    }

    @Override
    public Optional<ModelVersion> find(ProjectId project, String name, int number) {
        return store.find(project, name, number);
    }

    @Override
    public Optional<ModelVersion> find(ProjectId project, ModelVersionId id) {
        return store.find(project, id);
    }

    @Override
    public Optional<ModelVersion> aliased(ProjectId project, String name, String alias) {
        return store.byAlias(project, name, alias);
    }

    @Override
    public List<ModelVersion> latest(ProjectId project, Collection<ModelId> of) {
        return store.latest(project, of);
    }

    @Override
    public Page<ModelVersion> search(
            ProjectId project, Search<ModelVersionColumn> search, @Nullable String token, int size) {
        return store.search(project, search, token, size);
    }

    @Override
    public List<Artifact> files(ModelVersionId version) {
        return store.files(version);
    }

    @Override
    @Transactional
    public void describe(ProjectScope scope, String name, int number, String description) {
        store.describe(models.version(scope.projectId(), name, number).id(), description, clock.instant());
    }

    @Override
    @Transactional
    public void tag(ProjectScope scope, String name, int number, String key, String value) {
        store.putTag(models.version(scope.projectId(), name, number).id(), key, value);
        changes.publishEvent(new RegistryChange.VersionTagged(scope.projectId(), name, number, key, value));
    }

    @Override
    @Transactional
    public void deleteTag(ProjectScope scope, String name, int number, String key) {
        store.deleteTag(models.version(scope.projectId(), name, number).id(), key);
        changes.publishEvent(new RegistryChange.VersionTagged(scope.projectId(), name, number, key, null));
    }

    @Override
    @Transactional
    public void move(ProjectScope scope, String name, int number, ModelStage stage, boolean archiveOthers) {
        Instant now = clock.instant();
        modelRows.touch(models.require(scope.projectId(), name).id(), now);
        ModelVersionId id = models.version(scope.projectId(), name, number).id();
        if (archiveOthers) {
            store.archiveOthers(id, stage, now);
        }
        store.move(id, stage, now);
        audit.record(scope, "model.version.move", name + "/" + number, Map.of("stage", stage.name()));
    }

    @Override
    @Transactional
    public void delete(ProjectScope scope, String name, int number) {
        modelRows.touch(models.require(scope.projectId(), name).id(), clock.instant());
        store.delete(models.version(scope.projectId(), name, number).id());
        audit.record(scope, "model.version.delete", name + "/" + number, Map.of());
    }

    private static String format(List<Artifact> files) {
        List<String> names = files.stream().map(Artifact::path).toList();
        if (names.isEmpty()) {
            return "external";
        }
        if (names.contains("model.onnx")) {
            return "onnx";
        }
        return names.contains("MLmodel") ? "mlflow" : "files";
    }

    private Map<String, Object> signature(List<Artifact> files) {
        Optional<Artifact> told =
                files.stream().filter(file -> file.path().equals("model.json")).findFirst();
        if (told.isEmpty() || told.get().sizeBytes() > MOST_DESCRIPTION_BYTES) {
            return Map.of();
        }
        try (var bytes = blobs.open(told.get().objectKey())) {
            Map<String, Object> described =
                    Json.read(new String(bytes.readAllBytes(), StandardCharsets.UTF_8), new TypeReference<>() {});
            return Map.of(
                    "inputs", described.getOrDefault("inputs", List.of()),
                    "outputs", described.getOrDefault("outputs", List.of()));
        } catch (JacksonException e) {
            throw new TrineException(
                    ErrorCode.MODEL_UNUSABLE,
                    "the model's model.json is not JSON: " + e.getOriginalMessage(),
                    List.of(),
                    e);
        } catch (IOException e) {
            throw new TrineException(
                    ErrorCode.STORAGE_UNAVAILABLE, "the model's model.json could not be read", List.of(), e);
        }
    }
}
