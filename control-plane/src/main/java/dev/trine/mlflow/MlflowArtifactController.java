package dev.trine.mlflow;

import dev.trine.experiment.Artifacts;
import dev.trine.experiment.Experiments.Artifact;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.mlflow.ArtifactPlaces.Place;
import dev.trine.storage.Blobs;
import dev.trine.tracing.Trace;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** MLflow's artifact proxy, for the paths that {@link ArtifactPlaces} knows. */
@Hidden
@RestController
@RequestMapping({"/api/2.0/mlflow-artifacts/artifacts", "/ajax-api/2.0/mlflow-artifacts/artifacts"})
class MlflowArtifactController {

    private final ArtifactPlaces places;
    private final Artifacts artifacts;
    private final Blobs blobs;
    private final AttachedFiles attached;
    private final TracedFiles traced;

    MlflowArtifactController(
            ArtifactPlaces places, Artifacts artifacts, Blobs blobs, AttachedFiles attached, TracedFiles traced) {
        this.places = places;
        this.artifacts = artifacts;
        this.blobs = blobs;
        this.attached = attached;
        this.traced = traced;
    }

    @PutMapping("/{*path}")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> put(ProjectScope scope, @PathVariable String path, HttpServletRequest request)
            throws IOException {
        Place place = places.of(scope.projectId(), path);
        if (place.path().isEmpty() || path.endsWith("/")) {
            throw MlflowException.invalid("the path names no file: " + path);
        }
        switch (place) {
            case Place.Owned owned -> {
                Blobs.Blob blob = blobs.put(scope.projectId(), request.getInputStream());
                artifacts.put(
                        owned.owner(),
                        List.of(new Artifact(owned.path(), blob.objectKey(), blob.sha256(), blob.sizeBytes())));
            }
            case Place.Traced of -> traced.put(scope, of, request.getInputStream());
            case Place.Registered _ -> throw unchanging(path);
        }
        return Map.of();
    }

    @GetMapping("/{*path}")
    @Requires(Permission.EXPERIMENTS_READ)
    void get(ProjectScope scope, @PathVariable String path, HttpServletResponse response) throws IOException {
        Place place = places.of(scope.projectId(), path);
        Optional<String> spans =
                place instanceof Place.Traced(Trace trace, String file) && file.equals(TracedFiles.SPANS)
                        ? traced.spans(scope, trace.id(), SpanFiles::writeSecond)
                        : Optional.empty();
        if (spans.isPresent()) {
            AttachedFiles.sendJson(TracedFiles.SPANS, spans.get(), response);
            return;
        }
        Artifact file = places.find(scope.projectId(), place)
                .orElseThrow(() -> MlflowException.missing("there is no artifact at " + path));
        attached.send(file, response);
    }

    @DeleteMapping("/{*path}")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> delete(ProjectScope scope, @PathVariable String path) {
        switch (places.of(scope.projectId(), path)) {
            case Place.Owned owned -> artifacts.delete(owned.owner(), owned.path());
            case Place.Traced _ -> throw MlflowException.invalid("the files of a trace go with it: " + path);
            case Place.Registered _ -> throw unchanging(path);
        }
        return Map.of();
    }

    @GetMapping
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> list(ProjectScope scope, @RequestParam String path) {
        Place place = places.of(scope.projectId(), path);
        String folder = place.path();
        return Map.of(
                "files",
                MlflowWire.listing(
                        places.below(scope.projectId(), place), folder, folder.isEmpty() ? "" : folder + "/"));
    }

    private static MlflowException unchanging(String path) {
        return MlflowException.invalid("the files of a registered version do not change: " + path);
    }
}
