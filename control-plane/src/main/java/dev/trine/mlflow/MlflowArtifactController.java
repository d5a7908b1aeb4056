package dev.trine.mlflow;

import dev.trine.experiment.ArtifactOwner;
import dev.trine.experiment.Artifacts;
import dev.trine.experiment.Experiments.Artifact;
import dev.trine.experiment.LoggedModel;
import dev.trine.experiment.LoggedModels;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.storage.Blobs;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * MLflow's artifact proxy. A path is {@code <experiment>/<run>/artifacts/<file>} or {@code
 * <experiment>/models/m-<model>/artifacts/<file>}.
 */
@Hidden
@RestController
@RequestMapping({"/api/2.0/mlflow-artifacts/artifacts", "/ajax-api/2.0/mlflow-artifacts/artifacts"})
class MlflowArtifactController {

    private static final int LONGEST_NAME = 255;

    private final WiredRuns runs;
    private final LoggedModels models;
    private final Artifacts artifacts;
    private final Blobs blobs;

    MlflowArtifactController(WiredRuns runs, LoggedModels models, Artifacts artifacts, Blobs blobs) {
        this.runs = runs;
        this.models = models;
        this.artifacts = artifacts;
        this.blobs = blobs;
    }

    /** Where a path leads: whose file, and its path there. */
    private record Place(ArtifactOwner owner, String path) {}

    @PutMapping("/{*path}")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> put(ProjectScope scope, @PathVariable String path, HttpServletRequest request)
            throws IOException {
        Place place = place(scope, path);
        if (place.path().isEmpty() || path.endsWith("/")) {
            throw MlflowException.invalid("the path names no file: " + path);
        }
        Blobs.Blob blob = blobs.put(scope.projectId(), request.getInputStream());
        artifacts.put(
                place.owner(), List.of(new Artifact(place.path(), blob.objectKey(), blob.sha256(), blob.sizeBytes())));
        return Map.of();
    }

    @GetMapping("/{*path}")
    @Requires(Permission.EXPERIMENTS_READ)
    void get(ProjectScope scope, @PathVariable String path, HttpServletResponse response) throws IOException {
        Place place = place(scope, path);
        Artifact file = artifacts
                .find(place.owner(), place.path())
                .orElseThrow(() -> MlflowException.missing("there is no artifact at " + path));
        response.setContentType("application/octet-stream");
        response.setContentLengthLong(file.sizeBytes());
        try (var bytes = blobs.open(file.objectKey())) {
            bytes.transferTo(response.getOutputStream());
        }
    }

    @GetMapping
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> list(ProjectScope scope, @RequestParam String path) {
        Place place = place(scope, path);
        String folder = place.path();
        return Map.of(
                "files",
                MlflowWire.listing(
                        artifacts.below(place.owner(), folder), folder, folder.isEmpty() ? "" : folder + "/"));
    }

    private Place place(ProjectScope scope, String path) {
        String[] parts = (path.startsWith("/") ? path.substring(1) : path).split("/", -1);
        if (parts.length >= 4 && parts[1].equals("models") && parts[3].equals("artifacts")) {
            LoggedModel model = models.find(scope.projectId(), MlflowWire.modelId(parts[2]))
                    .orElseThrow(
                            () -> MlflowException.missing("Logged model with ID '%s' not found.".formatted(parts[2])));
            return new Place(model.id(), rest(path, parts, 4));
        }
        if (parts.length >= 3 && parts[2].equals("artifacts")) {
            return new Place(runs.of(scope.projectId(), parts[1]).id(), rest(path, parts, 3));
        }
        throw MlflowException.invalid("Invalid path: " + path);
    }

    /** What of the path is below the owner's folder; one slash at its end may stand for the folder itself. */
    private static String rest(String path, String[] parts, int from) {
        List<String> names = List.of(parts).subList(from, parts.length);
        if (!names.isEmpty() && names.getLast().isEmpty()) {
            names = names.subList(0, names.size() - 1);
        }
        if (!names.stream().allMatch(MlflowArtifactController::isName)) {
            throw MlflowException.invalid(
                    "Invalid path: %s; each name in it must have 1 to %d bytes, and be neither . nor .."
                            .formatted(path, LONGEST_NAME));
        }
        return String.join("/", names);
    }

    /** Whether every file system that an artifact may be laid out on can have it. */
    private static boolean isName(String name) {
        return !name.isBlank()
                && !name.equals(".")
                && !name.equals("..")
                && name.chars().noneMatch(c -> c == '\\' || Character.isISOControl(c))
                && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME;
    }
}
