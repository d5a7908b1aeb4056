package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.mlflow.MlflowException.Code;
import dev.trine.mlflow.MlflowWire.Pair;
import dev.trine.registry.Model;
import dev.trine.registry.ModelStage;
import dev.trine.registry.RegisteredModels;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.Page;
import dev.trine.shared.TrineException;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Registered models on MLflow's wire, and their aliases. */
@Hidden
@RestController
@MlflowPaths
class MlflowRegisteredModelController {

    private final RegisteredModels models;
    private final WiredModels wired;

    MlflowRegisteredModelController(RegisteredModels models, WiredModels wired) {
        this.models = models;
        this.wired = wired;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record CreateRegisteredModel(
            @Nullable String name,
            @Nullable String description,
            @Nullable List<Pair> tags) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record UpdateRegisteredModel(
            @Nullable String name, @Nullable String description) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record RenameRegisteredModel(
            @Nullable String name,
            @JsonProperty("new_name") @Nullable String newName) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record DeleteRegisteredModel(@Nullable String name) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record LatestVersions(@Nullable String name, @Nullable List<String> stages) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record RegisteredModelTag(
            @Nullable String name,
            @Nullable String key,
            @Nullable String value) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record RegisteredModelAlias(
            @Nullable String name,
            @Nullable String alias,
            @Nullable String version) {}

    @PostMapping("/registered-models/create")
    @Requires(Permission.MODELS_WRITE)
    Map<String, Object> createModel(ProjectScope scope, @RequestBody CreateRegisteredModel asked) {
        String name = MlflowLimits.modelName("name", MlflowLimits.required("name", asked.name()));
        Map<String, String> tags = MlflowLimits.registryTags(MlflowWire.list(asked.tags()));
        try {
            return told(scope, models.create(scope, name, MlflowLimits.description(asked.description()), tags));
        } catch (TrineException e) {
            throw e.code() == ErrorCode.ALREADY_EXISTS ? taken(name) : e;
        }
    }

    private static MlflowException taken(String name) {
        return new MlflowException(
                Code.RESOURCE_ALREADY_EXISTS, "Registered Model (name=%s) already exists.".formatted(name));
    }

    @GetMapping("/registered-models/get")
    @Requires(Permission.MODELS_READ)
    Map<String, Object> model(ProjectScope scope, @RequestParam String name) {
        return told(scope, wired.of(scope.projectId(), name));
    }

    @PatchMapping("/registered-models/update")
    @Requires(Permission.MODELS_WRITE)
    Map<String, Object> updateModel(ProjectScope scope, @RequestBody UpdateRegisteredModel asked) {
        String name = wired.of(scope.projectId(), MlflowLimits.required("name", asked.name()))
                .name();
        models.describe(scope, name, MlflowLimits.description(asked.description()));
        return told(scope, wired.of(scope.projectId(), name));
    }

    @PostMapping("/registered-models/rename")
    @Requires(Permission.MODELS_WRITE)
    Map<String, Object> renameModel(ProjectScope scope, @RequestBody RenameRegisteredModel asked) {
        MlflowLimits.required("name", asked.name());
        String newName = MlflowLimits.modelName("new_name", MlflowLimits.required("new_name", asked.newName()));
        String name = wired.of(scope.projectId(), asked.name()).name();
        try {
            models.rename(scope, name, newName);
        } catch (TrineException e) {
            throw e.code() == ErrorCode.ALREADY_EXISTS ? taken(newName) : e;
        }
        return told(scope, wired.of(scope.projectId(), newName));
    }

    @DeleteMapping("/registered-models/delete")
    @Requires(Permission.MODELS_WRITE)
    Map<String, Object> deleteModel(ProjectScope scope, @RequestBody DeleteRegisteredModel asked) {
        String name = MlflowLimits.required("name", asked.name());
        models.delete(scope, wired.of(scope.projectId(), name).name());
        return Map.of();
    }

    @GetMapping("/registered-models/search")
    @Requires(Permission.MODELS_READ)
    Map<String, Object> searchModels(
            ProjectScope scope,
            @RequestParam(required = false) @Nullable String filter,
            @RequestParam(name = "order_by", required = false) @Nullable List<String> orderBy,
            @RequestParam(name = "max_results", required = false) @Nullable Integer maxResults,
            @RequestParam(name = "page_token", required = false) @Nullable String pageToken) {
        Page<Model> page = models.search(
                scope.projectId(),
                Searches.registeredModels(filter, orderBy),
                pageToken,
                MlflowPages.registeredModels(maxResults));
        return MlflowPages.page("registered_models", wired.json(scope.projectId(), page.items()), page.nextPageToken());
    }

    @PostMapping("/registered-models/get-latest-versions")
    @Requires(Permission.MODELS_READ)
    Map<String, Object> latestVersions(ProjectScope scope, @RequestBody LatestVersions asked) {
        Model model = wired.of(scope.projectId(), MlflowLimits.required("name", asked.name()));
        Set<ModelStage> stages = MlflowWire.list(asked.stages()).stream()
                .map(RegistryWire::stage)
                .collect(Collectors.toSet());
        return Map.of(
                "model_versions",
                wired.latest(scope.projectId(), model).stream()
                        .filter(version -> stages.isEmpty() || stages.contains(version.stage()))
                        .map(RegistryWire::version)
                        .toList());
    }

    @GetMapping("/registered-models/get-latest-versions")
    @Requires(Permission.MODELS_READ)
    Map<String, Object> listLatestVersions(
            ProjectScope scope,
            @RequestParam String name,
            @RequestParam(required = false) @Nullable List<String> stages) {
        return latestVersions(scope, new LatestVersions(name, stages));
    }

    @PostMapping("/registered-models/set-tag")
    @Requires(Permission.MODELS_WRITE)
    Map<String, Object> setModelTag(ProjectScope scope, @RequestBody RegisteredModelTag asked) {
        MlflowLimits.required("name", asked.name());
        var tag = MlflowLimits.registryTag(MlflowLimits.required("key", asked.key()), asked.value());
        models.tag(scope, wired.of(scope.projectId(), asked.name()).name(), tag.getKey(), tag.getValue());
        return Map.of();
    }

    @DeleteMapping("/registered-models/delete-tag")
    @Requires(Permission.MODELS_WRITE)
    Map<String, Object> deleteModelTag(ProjectScope scope, @RequestBody RegisteredModelTag asked) {
        MlflowLimits.required("name", asked.name());
        String key = MlflowLimits.required("key", asked.key());
        models.deleteTag(scope, wired.of(scope.projectId(), asked.name()).name(), key);
        return Map.of();
    }

    @PostMapping("/registered-models/alias")
    @Requires(Permission.MODELS_WRITE)
    Map<String, Object> setModelAlias(ProjectScope scope, @RequestBody RegisteredModelAlias asked) {
        MlflowLimits.required("name", asked.name());
        String alias = MlflowLimits.newAlias(MlflowLimits.required("alias", asked.alias()));
        var version = wired.version(scope.projectId(), asked.name(), asked.version());
        models.setAlias(scope, version.name(), alias, version.version());
        return Map.of();
    }

    @DeleteMapping("/registered-models/alias")
    @Requires(Permission.MODELS_WRITE)
    Map<String, Object> deleteModelAlias(ProjectScope scope, @RequestBody RegisteredModelAlias asked) {
        MlflowLimits.required("name", asked.name());
        String alias = MlflowLimits.alias(MlflowLimits.required("alias", asked.alias()));
        models.deleteAlias(scope, wired.of(scope.projectId(), asked.name()).name(), alias);
        return Map.of();
    }

    @GetMapping("/registered-models/alias")
    @Requires(Permission.MODELS_READ)
    Map<String, Object> aliasedVersion(ProjectScope scope, @RequestParam String name, @RequestParam String alias) {
        return Map.of("model_version", RegistryWire.version(wired.aliased(scope.projectId(), name, alias)));
    }

    private Map<String, Object> told(ProjectScope scope, Model model) {
        return Map.of("registered_model", wired.json(scope.projectId(), model));
    }
}
