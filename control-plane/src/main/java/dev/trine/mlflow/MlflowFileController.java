package dev.trine.mlflow;

import dev.trine.experiment.Experiments;
import dev.trine.experiment.Experiments.Artifact;
import dev.trine.experiment.RunId;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.registry.ModelVersions;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Single files of runs and of registered versions, by what MLflow's own pages ask for them. */
@Hidden
@RestController
class MlflowFileController {

    private final Experiments experiments;
    private final ModelVersions versions;
    private final WiredRuns wiredRuns;
    private final WiredModels wiredModels;
    private final AttachedFiles attached;

    MlflowFileController(
            Experiments experiments,
            ModelVersions versions,
            WiredRuns wiredRuns,
            WiredModels wiredModels,
            AttachedFiles attached) {
        this.experiments = experiments;
        this.versions = versions;
        this.wiredRuns = wiredRuns;
        this.wiredModels = wiredModels;
        this.attached = attached;
    }

    @GetMapping("/get-artifact")
    @Requires(Permission.EXPERIMENTS_READ)
    void ofRun(
            ProjectScope scope,
            @RequestParam("run_id") String id,
            @RequestParam String path,
            HttpServletResponse response)
            throws IOException {
        RunId run = wiredRuns.of(scope.projectId(), id).id();
        String file = ArtifactPlaces.relative(path);
        attached.send(at(file, experiments.artifacts(scope.projectId(), run, file)), response);
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
                .orElseThrow(() -> MlflowException.missing("there is no artifact at " + path));
    }
}
