package dev.trine.registry;

import dev.trine.data.DatasetVersionId;
import dev.trine.experiment.RunId;
import dev.trine.identity.Idempotent;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.TrineException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/models")
class ModelController {

    private static final String DEFAULT_PATH = "model";

    private final ModelService service;
    private final ModelVersionService versions;
    private final ModelStore store;
    private final ModelVersionStore versionStore;

    ModelController(
            ModelService service, ModelVersionService versions, ModelStore store, ModelVersionStore versionStore) {
        this.service = service;
        this.versions = versions;
        this.store = store;
        this.versionStore = versionStore;
    }

    record NewModel(String name, @Nullable String description) {}

    /**
     * @param artifactPath the folder of the run's artifacts that holds the model; {@code model} when absent
     * @param datasetVersionId what it was trained on; what the run's tags say when absent
     */
    record NewModelVersion(
            RunId runId,
            @Nullable String artifactPath,
            @Nullable DatasetVersionId datasetVersionId) {}

    record AliasTarget(int version) {}

    /** Registers a model, still without a version. */
    @PostMapping
    @Idempotent
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.MODELS_WRITE)
    Model create(ProjectScope scope, @RequestBody NewModel asked) {
        return service.create(scope, asked.name(), asked.description() == null ? "" : asked.description(), Map.of());
    }

    /** The models of the project, newest first. */
    @GetMapping
    @Requires(Permission.MODELS_READ)
    Page<Model> list(ProjectScope scope, PageRequest page) {
        return Page.of(
                store.list(scope.projectId(), page), page, model -> model.id().value());
    }

    /** A model. */
    @GetMapping("/{name}")
    @Requires(Permission.MODELS_READ)
    Model get(ProjectScope scope, @PathVariable String name) {
        return service.require(scope.projectId(), name);
    }

    /** Fixes the model that a run has left as the next version. */
    @PostMapping("/{name}/versions")
    @Idempotent
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.MODELS_WRITE)
    ModelVersion register(ProjectScope scope, @PathVariable String name, @RequestBody NewModelVersion asked) {
        String path = asked.artifactPath() == null ? DEFAULT_PATH : asked.artifactPath();
        return versions.register(scope, name, asked.runId(), path, asked.datasetVersionId());
    }

    /** The versions of a model, newest first. */
    @GetMapping("/{name}/versions")
    @Requires(Permission.MODELS_READ)
    Page<ModelVersion> versions(ProjectScope scope, @PathVariable String name, PageRequest page) {
        service.require(scope.projectId(), name);
        return Page.of(
                versionStore.list(scope.projectId(), name, page),
                page,
                one -> one.id().value());
    }

    /** A version of a model. */
    @GetMapping("/{name}/versions/{number}")
    @Requires(Permission.MODELS_READ)
    ModelVersion version(ProjectScope scope, @PathVariable String name, @PathVariable int number) {
        return service.version(scope.projectId(), name, number);
    }

    /** Points an alias to a version, whether or not it was there. */
    @PutMapping("/{name}/aliases/{alias}")
    @Requires(Permission.MODELS_WRITE)
    ModelVersion setAlias(
            ProjectScope scope,
            @PathVariable String name,
            @PathVariable String alias,
            @RequestBody AliasTarget target) {
        service.setAlias(scope, name, alias, target.version());
        return service.version(scope.projectId(), name, target.version());
    }

    /** Removes an alias. */
    @DeleteMapping("/{name}/aliases/{alias}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.MODELS_WRITE)
    void deleteAlias(ProjectScope scope, @PathVariable String name, @PathVariable String alias) {
        if (!service.deleteAlias(scope, name, alias)) {
            throw TrineException.notFound("alias", name + "@" + alias);
        }
    }
}
