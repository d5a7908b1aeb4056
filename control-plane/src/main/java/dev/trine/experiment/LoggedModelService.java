package dev.trine.experiment;

import dev.trine.identity.Audit;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.IdSource;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Logged models, and who made them. */
@Service
class LoggedModelService implements LoggedModels {

    private final LoggedModelStore models;
    private final Audit audit;
    private final IdSource ids;
    private final Clock clock;

    LoggedModelService(LoggedModelStore models, Audit audit, IdSource ids, Clock clock) {
        this.models = models;
        this.audit = audit;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    @Transactional
    public LoggedModel create(
            ProjectScope scope,
            ExperimentId experiment,
            @Nullable RunId run,
            String name,
            String modelType,
            Map<String, String> params,
            Map<String, String> tags) {
        Instant now = clock.instant();
        var model = new LoggedModel(
                new LoggedModelId(ids.next()),
                experiment,
                run,
                name,
                modelType,
                LoggedModel.Status.LOGGED_MODEL_PENDING,
                params,
                tags,
                now,
                now);
        models.insert(scope.projectId(), model);
        audit.record(scope, "experiment.model.create", model.id().toString(), Map.of("name", name));
        return model;
    }

    @Override
    public Optional<LoggedModel> find(ProjectId project, LoggedModelId id) {
        return models.find(project, id);
    }

    @Override
    public List<LoggedModel> search(
            ProjectId project,
            List<ExperimentId> experiments,
            @Nullable String name,
            @Nullable LoggedModelId after,
            int limit) {
        return models.search(project, experiments, name, after, limit);
    }

    @Override
    public List<LoggedModel> ofRuns(ProjectId project, Collection<RunId> runs) {
        return models.ofRuns(project, runs);
    }

    @Override
    @Transactional
    public void update(
            LoggedModelId id,
            LoggedModel.@Nullable Status status,
            Map<String, String> params,
            Map<String, String> tags) {
        models.update(id, status, params, tags, clock.instant());
    }
}
