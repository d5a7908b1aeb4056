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
import dev.trine.shared.SnapshotRead;
import dev.trine.shared.TrineException;
import dev.trine.storage.Blobs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/** Registers models and moves aliases. */
@Service
class ModelService implements Models {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern ALIAS = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");
    private static final int MOST_DESCRIPTION_BYTES = 1 << 20;

    private final ModelStore store;
    private final Experiments experiments;
    private final Datasets datasets;
    private final Blobs blobs;
    private final Audit audit;
    private final IdSource ids;
    private final Clock clock;

    ModelService(
            ModelStore store,
            Experiments experiments,
            Datasets datasets,
            Blobs blobs,
            Audit audit,
            IdSource ids,
            Clock clock) {
        this.store = store;
        this.experiments = experiments;
        this.datasets = datasets;
        this.blobs = blobs;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    @Transactional
    Model create(ProjectScope scope, String name, String description) {
        if (!NAME.matcher(name).matches()) {
            throw TrineException.invalid("name", "'%s' must match %s".formatted(name, NAME));
        }
        if (!store.insert(
                new ModelId(ids.next()),
                scope.projectId(),
                name,
                description,
                scope.caller().userId(),
                clock.instant())) {
            throw new TrineException(ErrorCode.ALREADY_EXISTS, "there is a model '%s' already".formatted(name));
        }
        audit.record(scope, "model.create", name, Map.of());
        return require(scope.projectId(), name);
    }

    Model require(ProjectId project, String name) {
        return store.find(project, name).orElseThrow(() -> TrineException.notFound("model", name));
    }

    /** Fixes the files that a run has below {@code artifactPath} as the model's next version. */
    @Transactional
    ModelVersion register(
            ProjectScope scope,
            String name,
            RunId run,
            String artifactPath,
            @Nullable DatasetVersionId datasetVersion) {
        Model model = require(scope.projectId(), name);
        Map<String, String> tags = experiments.run(scope.projectId(), run).tags();
        if (datasetVersion != null && !datasets.has(scope.projectId(), datasetVersion)) {
            throw TrineException.invalid(
                    "datasetVersionId", "there is no dataset version '%s'".formatted(datasetVersion));
        }
        List<Artifact> found = experiments.artifacts(scope.projectId(), run, artifactPath);
        if (found.isEmpty()) {
            throw TrineException.invalid("artifactPath", "%s has no artifacts at '%s'".formatted(run, artifactPath));
        }
        List<Artifact> files = ModelFiles.of(found, artifactPath).stream()
                .map(file -> new Artifact(file.path(), file.objectKey(), file.sha256(), file.sizeBytes()))
                .toList();
        Instant now = clock.instant();
        var version = new ModelVersion(
                new ModelVersionId(ids.next()),
                name,
                store.nextNumber(model.id(), now),
                ModelDigest.of(files, ""),
                format(files),
                signature(files),
                files.stream()
                        .map(file -> new ModelFile(file.path(), file.sizeBytes(), file.sha256()))
                        .toList(),
                run,
                tags.get("trine.job"),
                datasetVersion == null ? tags.get("trine.datasetVersion") : datasetVersion.toString(),
                List.of(),
                now);
        store.insert(model.id(), version, files, scope.caller().userId());
        audit.record(
                scope, "model.version.register", name + "/" + version.version(), Map.of("digest", version.digest()));
        return version;
    }

    @Transactional
    ModelVersion setAlias(ProjectScope scope, String name, String alias, int number) {
        if (!ALIAS.matcher(alias).matches()) {
            throw TrineException.invalid("alias", "'%s' must match %s".formatted(alias, ALIAS));
        }
        Model model = require(scope.projectId(), name);
        version(scope.projectId(), name, number);
        store.putAlias(model.id(), alias, number, clock.instant());
        audit.record(scope, "model.alias.set", name + "@" + alias, Map.of("version", String.valueOf(number)));
        return version(scope.projectId(), name, number);
    }

    @Transactional
    void deleteAlias(ProjectScope scope, String name, String alias) {
        if (!store.deleteAlias(require(scope.projectId(), name).id(), alias)) {
            throw TrineException.notFound("alias", name + "@" + alias);
        }
        audit.record(scope, "model.alias.delete", name + "@" + alias, Map.of());
    }

    ModelVersion version(ProjectId project, String name, int number) {
        return store.version(project, name, number)
                .orElseThrow(() -> TrineException.notFound("version", name + "/" + number));
    }

    @Override
    @SnapshotRead
    public RegisteredVersion resolve(
            ProjectId project, String model, @Nullable Integer version, @Nullable String alias) {
        Model known = require(project, model);
        ModelVersion found;
        if (version != null) {
            found = version(project, model, version);
        } else if (alias != null) {
            found = store.byAlias(project, model, alias)
                    .orElseThrow(() -> TrineException.notFound("alias", model + "@" + alias));
        } else {
            found = version(project, model, known.latestVersion());
        }
        return new RegisteredVersion(
                found.id(),
                found.name(),
                found.version(),
                found.digest(),
                found.format(),
                found.signature(),
                found.runId(),
                found.datasetVersionId(),
                store.files(found.id()),
                found.createdAt());
    }

    private static String format(List<Artifact> files) {
        List<String> names = files.stream().map(Artifact::path).toList();
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

    @Override
    public int count(ProjectId project) {
        return store.count(project);
    }
}
