package dev.trine.experiment;

import dev.trine.experiment.Experiments.Artifact;
import dev.trine.identity.ProjectId;
import dev.trine.shared.NamedPageRequest;
import dev.trine.shared.Page;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
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

    @Override
    @Transactional
    public void delete(ArtifactOwner owner, String path) {
        artifacts.delete(owner, path);
    }

    /** A run's own files, and below {@code <name>/} those of the models it logged; its own where both have one. */
    List<Artifact> ofRun(ProjectId project, RunId run, String path) {
        return merged(artifacts.below(run, path), ofItsModels(project, run, path).stream())
                .toList();
    }

    /** The same page by page, sorted by path. */
    Page<Artifact> ofRun(ProjectId project, RunId run, String path, NamedPageRequest page) {
        String after = page.after();
        Stream<Artifact> ofModels = ofItsModels(project, run, path).stream()
                .filter(file -> after == null || file.path().compareTo(after) > 0);
        return Page.of(
                merged(artifacts.below(run, path, page), ofModels)
                        .limit(page.limit())
                        .toList(),
                page,
                Artifact::path);
    }

    private static Stream<Artifact> merged(List<Artifact> own, Stream<Artifact> ofModels) {
        var all = new TreeMap<String, Artifact>();
        Stream.concat(ofModels, own.stream()).forEach(file -> all.put(file.path(), file));
        return all.values().stream();
    }

    private List<Artifact> ofItsModels(ProjectId project, RunId run, String path) {
        return models.ofRun(project, run).stream()
                .flatMap(model -> artifacts.below(model.id(), "").stream()
                        .map(file -> new Artifact(
                                model.name() + "/" + file.path(), file.objectKey(), file.sha256(), file.sizeBytes())))
                .filter(file -> path.isEmpty()
                        || file.path().equals(path)
                        || file.path().startsWith(path + "/"))
                .toList();
    }
}
