package dev.trine.mlflow;

import dev.trine.experiment.ArtifactOwner;
import dev.trine.experiment.Artifacts;
import dev.trine.experiment.Experiments.Artifact;
import dev.trine.experiment.RunId;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.registry.ModelVersions;
import dev.trine.storage.Blobs;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Single files of runs, logged models and registered versions, by what MLflow's own pages ask for them. */
@Hidden
@RestController
class MlflowFileController {

    /** Of a file that comes by a page. */
    private static final int MOST_UPLOADED = 10 << 20;

    private final Artifacts artifacts;
    private final ModelVersions versions;
    private final WiredRuns wiredRuns;
    private final WiredLoggedModels wiredLoggedModels;
    private final WiredModels wiredModels;
    private final AttachedFiles attached;
    private final Blobs blobs;

    MlflowFileController(
            Artifacts artifacts,
            ModelVersions versions,
            WiredRuns wiredRuns,
            WiredLoggedModels wiredLoggedModels,
            WiredModels wiredModels,
            AttachedFiles attached,
            Blobs blobs) {
        this.artifacts = artifacts;
        this.versions = versions;
        this.wiredRuns = wiredRuns;
        this.wiredLoggedModels = wiredLoggedModels;
        this.wiredModels = wiredModels;
        this.attached = attached;
        this.blobs = blobs;
    }

    @GetMapping("/get-artifact")
    @Requires(Permission.EXPERIMENTS_READ)
    void ofRun(
            ProjectScope scope,
            @RequestParam(name = "run_id", required = false) @Nullable String id,
            @RequestParam(name = "run_uuid", required = false) @Nullable String uuid,
            @RequestParam String path,
            HttpServletResponse response)
            throws IOException {
        RunId run = wiredRuns.of(scope.projectId(), id == null ? uuid : id).id();
        send(run, path, response);
    }

    /** Adds a small file to a run. */
    @PostMapping("/ajax-api/2.0/mlflow/upload-artifact")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> uploadArtifact(
            ProjectScope scope,
            @RequestParam(name = "run_uuid", required = false) @Nullable String id,
            @RequestParam(required = false) @Nullable String path,
            HttpServletRequest request)
            throws IOException {
        if (MlflowWire.text(id).isEmpty()) {
            throw MlflowException.invalid("Request must specify run_uuid.");
        }
        if (MlflowWire.text(path).isEmpty()) {
            throw MlflowException.invalid("Request must specify path.");
        }
        String file = ArtifactPlaces.relative(MlflowWire.text(path));
        if (MlflowWire.text(path).endsWith("/")) {
            throw MlflowException.invalid("Invalid path: %s; it names no file".formatted(path));
        }
        byte[] bytes = request.getInputStream().readNBytes(MOST_UPLOADED + 1);
        if (bytes.length == 0) {
            throw MlflowException.invalid("Request must specify data.");
        }
        if (bytes.length > MOST_UPLOADED) {
            throw MlflowException.invalid("Artifact size is too large. Max size is 10MB.");
        }
        RunId run = wiredRuns.active(scope.projectId(), id).id();
        Blobs.Blob blob = blobs.put(scope.projectId(), new ByteArrayInputStream(bytes));
        artifacts.put(run, List.of(new Artifact(file, blob.objectKey(), blob.sha256(), blob.sizeBytes())));
        return Map.of();
    }

    @GetMapping("/ajax-api/2.0/mlflow/logged-models/{id}/artifacts/files")
    @Requires(Permission.EXPERIMENTS_READ)
    void ofLoggedModel(
            ProjectScope scope,
            @PathVariable String id,
            @RequestParam("artifact_file_path") String path,
            HttpServletResponse response)
            throws IOException {
        send(wiredLoggedModels.of(scope.projectId(), id).id(), path, response);
    }

    private void send(ArtifactOwner owner, String path, HttpServletResponse response) throws IOException {
        String file = ArtifactPlaces.relative(path);
        attached.send(artifacts.find(owner, file).orElseThrow(() -> missing(file)), response);
    }

    @GetMapping("/model-versions/get-artifact")
    @Requires(Permission.MODELS_READ)
    void ofVersion(
            ProjectScope scope,
            @RequestParam String name,
            @RequestParam String version,
            @RequestParam String path,
            HttpServletResponse response)
            throws IOException {
        var found = wiredModels.version(scope.projectId(), name, version);
        attached.send(at(ArtifactPlaces.relative(path), versions.files(found.id())), response);
    }

    private static Artifact at(String path, List<Artifact> files) {
        return files.stream()
                .filter(file -> file.path().equals(path))
                .findFirst()
                .orElseThrow(() -> missing(path));
    }

    private static MlflowException missing(String path) {
        return MlflowException.missing("there is no artifact at " + path);
    }
}
