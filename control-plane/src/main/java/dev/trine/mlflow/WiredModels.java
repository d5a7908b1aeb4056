package dev.trine.mlflow;

import dev.trine.identity.ProjectId;
import dev.trine.registry.Model;
import dev.trine.registry.ModelVersion;
import dev.trine.registry.ModelVersions;
import dev.trine.registry.RegisteredModels;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Which registered model or version is meant on the wire, and what is told of it. */
@Component
class WiredModels {

    private static final Pattern INTEGER = Pattern.compile("\\s*[+-]?\\d+\\s*");

    /** Stands for the newest version in whatever stage. */
    private static final String LATEST = "latest";

    private final RegisteredModels models;
    private final ModelVersions versions;

    WiredModels(RegisteredModels models, ModelVersions versions) {
        this.models = models;
        this.versions = versions;
    }

    Model of(ProjectId project, @Nullable String wireName) {
        String name = MlflowLimits.modelName("name", wireName);
        return models.find(project, name)
                .orElseThrow(() -> MlflowException.missing("Registered Model with name=%s not found".formatted(name)));
    }

    ModelVersion version(ProjectId project, @Nullable String wireName, @Nullable String wireNumber) {
        String name = MlflowLimits.required("name", wireName);
        String number = MlflowLimits.required("version", wireNumber);
        MlflowLimits.modelName("name", name);
        if (!INTEGER.matcher(number).matches()) {
            throw MlflowException.invalid("Parameter 'version' must be an integer, got '%s'.".formatted(number));
        }
        return parsed(number)
                .flatMap(known -> versions.find(project, name, known))
                .orElseThrow(() -> MlflowException.missing(
                        "Model Version (name=%s, version=%s) not found".formatted(name, number.strip())));
    }

    /** Empty if no version can have it. */
    private static Optional<Integer> parsed(String number) {
        try {
            return Optional.of(Integer.valueOf(number.strip()));
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    ModelVersion aliased(ProjectId project, @Nullable String wireName, @Nullable String wireAlias) {
        MlflowLimits.required("name", wireName);
        String alias = MlflowLimits.alias(MlflowLimits.required("alias", wireAlias));
        Model model = of(project, wireName);
        if (!alias.equalsIgnoreCase(LATEST)) {
            return versions.aliased(project, model.name(), alias)
                    .orElseThrow(
                            () -> MlflowException.invalid("Registered model alias %s not found.".formatted(alias)));
        }
        return versions.find(project, model.name(), model.latestVersion())
                .orElseThrow(() ->
                        MlflowException.missing("Latest version not found for model %s.".formatted(model.name())));
    }

    /** The newest version in each stage. */
    List<ModelVersion> latest(ProjectId project, Model model) {
        return versions.latest(project, List.of(model.id()));
    }

    Map<String, Object> json(ProjectId project, Model model) {
        return json(project, List.of(model)).getFirst();
    }

    List<Map<String, Object>> json(ProjectId project, List<Model> of) {
        Map<String, List<ModelVersion>> latest = versions
                .latest(project, of.stream().map(Model::id).toList())
                .stream()
                .collect(Collectors.groupingBy(ModelVersion::name));
        return of.stream()
                .map(model -> RegistryWire.model(model, latest.getOrDefault(model.name(), List.of())))
                .toList();
    }
}
