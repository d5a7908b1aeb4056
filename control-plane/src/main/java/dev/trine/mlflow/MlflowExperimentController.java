package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.trine.experiment.Experiment;
import dev.trine.experiment.Experiments;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.mlflow.MlflowException.Code;
import dev.trine.mlflow.MlflowWire.Pair;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Experiments on MLflow's wire. */
@Hidden
@RestController
@RequestMapping({"/api/2.0/mlflow", "/api/3.0/mlflow", "/ajax-api/2.0/mlflow", "/ajax-api/3.0/mlflow"})
class MlflowExperimentController {

    private final Experiments experiments;
    private final WiredExperiments wired;

    MlflowExperimentController(Experiments experiments, WiredExperiments wired) {
        this.experiments = experiments;
        this.wired = wired;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record CreateExperiment(String name, @Nullable List<Pair> tags) {}

    @PostMapping("/experiments/create")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> createExperiment(ProjectScope scope, @RequestBody CreateExperiment asked) {
        Experiment made = experiments.create(scope, asked.name(), MlflowWire.map(asked.tags()));
        return Map.of("experiment_id", MlflowWire.hex(made.id().value()));
    }

    @GetMapping("/experiments/get")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> experiment(ProjectScope scope, @RequestParam("experiment_id") String id) {
        return Map.of("experiment", MlflowWire.experiment(wired.of(scope.projectId(), id)));
    }

    @GetMapping("/experiments/get-by-name")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> experimentByName(ProjectScope scope, @RequestParam("experiment_name") String name) {
        return experiments
                .named(scope.projectId(), name)
                .map(found -> Map.<String, Object>of("experiment", MlflowWire.experiment(found)))
                .orElseThrow(() -> new MlflowException(
                        Code.RESOURCE_DOES_NOT_EXIST, "Could not find experiment with name '%s'".formatted(name)));
    }
}
