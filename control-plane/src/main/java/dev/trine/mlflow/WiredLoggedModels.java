package dev.trine.mlflow;

import dev.trine.experiment.LoggedModel;
import dev.trine.experiment.LoggedModelId;
import dev.trine.experiment.LoggedModels;
import dev.trine.identity.ProjectId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Which logged model an id on the wire names. */
@Component
class WiredLoggedModels {

    private final LoggedModels models;

    WiredLoggedModels(LoggedModels models) {
        this.models = models;
    }

    /** The model, also one that was deleted. */
    LoggedModel of(ProjectId project, String wireId) {
        return MlflowWire.modelId(wireId)
                .flatMap(known -> models.find(project, known))
                .orElseThrow(() -> missing(wireId));
    }

    /** One that was not deleted. */
    LoggedModel active(ProjectId project, String wireId) {
        LoggedModel found = of(project, wireId);
        if (found.deletedAt() != null) {
            throw missing(wireId);
        }
        return found;
    }

    /** The ids of models that the project has, by what names them on the wire. */
    Map<String, LoggedModelId> known(ProjectId project, List<String> wireIds) {
        var ids = new LinkedHashMap<String, LoggedModelId>();
        for (String wireId : wireIds) {
            ids.put(wireId, MlflowWire.modelId(wireId).orElseThrow(() -> missing(wireId)));
        }
        Set<LoggedModelId> found = ids.isEmpty() ? Set.of() : models.known(project, ids.values());
        ids.forEach((wireId, id) -> {
            if (!found.contains(id)) {
                throw missing(wireId);
            }
        });
        return ids;
    }

    private static MlflowException missing(String wireId) {
        return MlflowException.missing("Logged model with ID '%s' not found.".formatted(wireId));
    }
}
