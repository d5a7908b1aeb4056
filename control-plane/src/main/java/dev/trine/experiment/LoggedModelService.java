package dev.trine.experiment;

import dev.trine.identity.Audit;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.IdSource;
import dev.trine.shared.Page;
import dev.trine.shared.Search;
import dev.trine.shared.SnapshotRead;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
                List.of(),
                now,
                now,
                null);
        models.insert(scope.projectId(), model);
        audit.record(scope, "experiment.model.create", model.id().toString(), Map.of("name", name));
        return model;
    }

    @Override
    @SnapshotRead
    public Optional<LoggedModel> find(ProjectId project, LoggedModelId id) {
        return models.find(project, id);
    }

    @Override
    @SnapshotRead
    public Page<LoggedModel> search(
            ProjectId project,
            Collection<ExperimentId> experiments,
            Search<LoggedModelColumn> search,
            @Nullable String token,
            int size) {
        return models.search(project, experiments, search, token, size);
    }

    @Override
    public Set<LoggedModelId> known(ProjectId project, Collection<LoggedModelId> asked) {
        return models.known(project, asked);
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

    @Override
    @Transactional
    public boolean deleteTag(LoggedModelId id, String key) {
        return models.deleteTag(id, key, clock.instant());
    }

    @Override
    @Transactional
    public void delete(ProjectScope scope, LoggedModelId id) {
        models.delete(id, clock.instant());
        audit.record(scope, "experiment.model.delete", id.toString(), Map.of());
    }
}
