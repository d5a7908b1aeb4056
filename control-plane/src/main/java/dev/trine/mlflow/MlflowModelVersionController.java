package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.mlflow.MlflowException.Code;
import dev.trine.mlflow.MlflowWire.Pair;
import dev.trine.registry.ModelStage;
import dev.trine.registry.ModelVersion;
import dev.trine.registry.ModelVersions;
import dev.trine.registry.Registration;
import dev.trine.shared.Page;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Versions of registered models on MLflow's wire. */
@Hidden
@RestController
@MlflowPaths
class MlflowModelVersionController {

    private final ModelVersions versions;
    private final VersionSources sources;
    private final WiredModels wired;

    MlflowModelVersionController(ModelVersions versions, VersionSources sources, WiredModels wired) {
        this.versions = versions;
        this.sources = sources;
        this.wired = wired;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record CreateModelVersion(
            @Nullable String name,
            @Nullable String source,
            @JsonProperty("run_id") @Nullable String runId,
            @JsonProperty("model_id") @Nullable String modelId,
            @JsonProperty("run_link") @Nullable String runLink,
            @Nullable String description,
            @Nullable List<Pair> tags) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record UpdateModelVersion(
            @Nullable String name,
            @Nullable String version,
            @Nullable String description) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Transition(
            @Nullable String name,
            @Nullable String version,
            @Nullable String stage,

            @JsonProperty("archive_existing_versions") @Nullable
            Boolean archiveExistingVersions) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record DeleteModelVersion(
            @Nullable String name, @Nullable String version) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record ModelVersionTag(
            @Nullable String name,
            @Nullable String version,
            @Nullable String key,
            @Nullable String value) {}

    @PostMapping("/model-versions/create")
    @Requires(Permission.MODELS_WRITE)
    Map<String, Object> createVersion(ProjectScope scope, @RequestBody CreateModelVersion asked) {
        MlflowLimits.required("name", asked.name());
        String source = MlflowLimits.required("source", asked.source());
        Map<String, String> tags = MlflowLimits.registryTags(MlflowWire.list(asked.tags()));
        var found = Prompts.are(tags)
                ? sources.ofPrompt(scope.projectId(), source, asked.runId())
                : sources.of(scope.projectId(), source, asked.runId(), asked.modelId());
        String name = wired.of(scope.projectId(), asked.name()).name();
        return told(versions.register(
                scope,
                name,
                new Registration(
                        found.run(),
                        found.files(),
                        null,
                        found.source(),
                        MlflowWire.text(asked.runLink()).isEmpty() ? null : asked.runLink(),
                        MlflowLimits.description(asked.description()),
                        tags)));
    }

    @GetMapping("/model-versions/get")
    @Requires(Permission.MODELS_READ)
    Map<String, Object> version(ProjectScope scope, @RequestParam String name, @RequestParam String version) {
        return told(wired.version(scope.projectId(), name, version));
    }

    @GetMapping("/model-versions/get-download-uri")
    @Requires(Permission.MODELS_READ)
    Map<String, Object> downloadUri(ProjectScope scope, @RequestParam String name, @RequestParam String version) {
        return Map.of("artifact_uri", RegistryWire.downloadUri(wired.version(scope.projectId(), name, version)));
    }

    @PatchMapping("/model-versions/update")
    @Requires(Permission.MODELS_WRITE)
    Map<String, Object> updateVersion(ProjectScope scope, @RequestBody UpdateModelVersion asked) {
        ModelVersion found = wired.version(scope.projectId(), asked.name(), asked.version());
        versions.describe(scope, found.name(), found.version(), MlflowLimits.description(asked.description()));
        return told(wired.version(scope.projectId(), asked.name(), asked.version()));
    }

    @PostMapping("/model-versions/transition-stage")
    @Requires(Permission.MODELS_WRITE)
    Map<String, Object> moveVersion(ProjectScope scope, @RequestBody Transition asked) {
        MlflowLimits.required("name", asked.name());
        MlflowLimits.required("version", asked.version());
        ModelStage stage = RegistryWire.stage(MlflowLimits.required("stage", asked.stage()));
        boolean archive = Boolean.TRUE.equals(asked.archiveExistingVersions());
        if (archive && stage != ModelStage.STAGING && stage != ModelStage.PRODUCTION) {
            throw new MlflowException(
                    Code.INTERNAL_ERROR,
                    "Model version transition cannot archive existing model versions because '%s' is not an Active stage. Valid stages are ['Staging', 'Production']"
                            .formatted(asked.stage()));
        }
        ModelVersion found = wired.version(scope.projectId(), asked.name(), asked.version());
        versions.move(scope, found.name(), found.version(), stage, archive);
        return told(wired.version(scope.projectId(), asked.name(), asked.version()));
    }

    @DeleteMapping("/model-versions/delete")
    @Requires(Permission.MODELS_WRITE)
    Map<String, Object> deleteVersion(ProjectScope scope, @RequestBody DeleteModelVersion asked) {
        ModelVersion found = wired.version(scope.projectId(), asked.name(), asked.version());
        versions.delete(scope, found.name(), found.version());
        return Map.of();
    }

    @GetMapping("/model-versions/search")
    @Requires(Permission.MODELS_READ)
    Map<String, Object> searchVersions(
            ProjectScope scope,
            @RequestParam(required = false) @Nullable String filter,
            @RequestParam(name = "order_by", required = false) @Nullable List<String> orderBy,
            @RequestParam(name = "max_results", required = false) @Nullable Integer maxResults,
            @RequestParam(name = "page_token", required = false) @Nullable String pageToken) {
        Page<ModelVersion> page = versions.search(
                scope.projectId(),
                Searches.modelVersions(filter, orderBy),
                pageToken,
                MlflowPages.modelVersions(maxResults));
        return MlflowPages.page(
                "model_versions",
                page.items().stream().map(RegistryWire::version).toList(),
                page.nextPageToken());
    }

    @PostMapping("/model-versions/set-tag")
    @Requires(Permission.MODELS_WRITE)
    Map<String, Object> setVersionTag(ProjectScope scope, @RequestBody ModelVersionTag asked) {
        var tag = MlflowLimits.registryTag(MlflowLimits.required("key", asked.key()), asked.value());
        ModelVersion found = wired.version(scope.projectId(), asked.name(), asked.version());
        versions.tag(scope, found.name(), found.version(), tag.getKey(), tag.getValue());
        return Map.of();
    }

    @DeleteMapping("/model-versions/delete-tag")
    @Requires(Permission.MODELS_WRITE)
    Map<String, Object> deleteVersionTag(ProjectScope scope, @RequestBody ModelVersionTag asked) {
        String key = MlflowLimits.required("key", asked.key());
        ModelVersion found = wired.version(scope.projectId(), asked.name(), asked.version());
        versions.deleteTag(scope, found.name(), found.version(), key);
        return Map.of();
    }

    private static Map<String, Object> told(ModelVersion version) {
        return Map.of("model_version", RegistryWire.version(version));
    }
}
