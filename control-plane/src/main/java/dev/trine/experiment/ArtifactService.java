package dev.trine.experiment;

import dev.trine.experiment.Experiments.Artifact;
import dev.trine.identity.ProjectId;
import dev.trine.shared.NamedPageRequest;
import dev.trine.shared.Page;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Files of runs, with those of the models they logged. */
@Service
class ArtifactService implements Artifacts {

    private final ArtifactStore artifacts;
    private final LoggedModelStore models;
    private final Clock clock;

    ArtifactService(ArtifactStore artifacts, LoggedModelStore models, Clock clock) {
        this.artifacts = artifacts;
        this.models = models;
        this.clock = clock;
    }

    @Override
    @Transactional
    public void put(ArtifactOwner owner, List<Artifact> files) {
        artifacts.put(owner, files, clock.instant());
    }

    @Override
    public Optional<Artifact> find(ArtifactOwner owner, String path) {
        return artifacts.find(owner, path);
    }

    @Override
    public List<Artifact> below(ArtifactOwner owner, String path) {
        return artifacts.below(owner, path);
    }

    /** A run's own files, and below {@code <name>/} those of the models it logged. */
    List<Artifact> ofRun(ProjectId project, RunId run, String path) {
        List<Artifact> own = artifacts.below(run, path);
        return own.isEmpty() ? ofItsModels(project, run, path) : own;
    }

    /** The same page by page, sorted by path. */
    Page<Artifact> ofRun(ProjectId project, RunId run, String path, NamedPageRequest page) {
        if (artifacts.anyBelow(run, path)) {
            return Page.of(artifacts.below(run, path, page), page, Artifact::path);
        }
        String after = page.after();
        List<Artifact> rest = ofItsModels(project, run, path).stream()
                .sorted(Comparator.comparing(Artifact::path))
                .filter(file -> after == null || file.path().compareTo(after) > 0)
                .limit(page.limit())
                .toList();
        return Page.of(rest, page, Artifact::path);
    }

    private List<Artifact> ofItsModels(ProjectId project, RunId run, String path) {
        return models.ofRuns(project, List.of(run)).stream()
                .flatMap(model -> artifacts.below(model.id(), "").stream()
                        .map(file -> new Artifact(
                                model.name() + "/" + file.path(), file.objectKey(), file.sha256(), file.sizeBytes())))
                .filter(file -> path.isEmpty()
                        || file.path().equals(path)
                        || file.path().startsWith(path + "/"))
                .toList();
    }
}
