package dev.trine.experiment;

import dev.trine.experiment.Experiments.Artifact;
import java.util.List;
import java.util.Optional;

/** The files of runs and of logged models. Whoever calls has made sure that the owner is of the caller's project. */
public interface Artifacts {

    /** Adds files whose bytes are blobs already; one of the same path is replaced. */
    void put(ArtifactOwner owner, List<Artifact> files);

    /** Takes away the owner's own files at {@code path} and below it, if there are any; the empty path means all. */
    void delete(ArtifactOwner owner, String path);

    Optional<Artifact> find(ArtifactOwner owner, String path);

    /** The owner's own files at {@code path} or below it, sorted; the empty path means all. */
    List<Artifact> below(ArtifactOwner owner, String path);
}
