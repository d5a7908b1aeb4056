package dev.trine.mlflow;

import dev.trine.experiment.ArtifactOwner;
import dev.trine.experiment.Artifacts;
import dev.trine.experiment.Experiments.Artifact;
import dev.trine.identity.ProjectId;
import dev.trine.registry.ModelVersion;
import dev.trine.registry.ModelVersionId;
import dev.trine.registry.ModelVersions;
import dev.trine.shared.TrineException;
import dev.trine.tracing.Trace;
import dev.trine.tracing.Traces;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Where paths of the artifact proxy lead: {@code <experiment>/<run>/artifacts/<file>}, {@code
 * <experiment>/models/m-<model>/artifacts/<file>}, {@code <experiment>/traces/<trace>/artifacts/<file>}, or {@code
 * registry/<version>/artifacts/<file>} for what a registered version holds.
 */
@Component
class ArtifactPlaces {

    private static final int LONGEST_NAME = 255;

    private final WiredRuns runs;
    private final WiredLoggedModels models;
    private final ModelVersions versions;
    private final Artifacts artifacts;
    private final WiredTraces wiredTraces;
    private final Traces traces;

    ArtifactPlaces(
            WiredRuns runs,
            WiredLoggedModels models,
            ModelVersions versions,
            Artifacts artifacts,
            WiredTraces wiredTraces,
            Traces traces) {
        this.runs = runs;
        this.models = models;
        this.versions = versions;
        this.artifacts = artifacts;
        this.wiredTraces = wiredTraces;
        this.traces = traces;
    }

    /** A file, or a folder. */
    sealed interface Place {

        /** Relative to whose it is; empty for all of it. */
        String path();

        /** With a run, or with a logged model. */
        record Owned(ArtifactOwner owner, String path) implements Place {}

        /** With a trace. */
        record Traced(Trace trace, String path) implements Place {}

        /** In a registered version, whose files never change. */
        record Registered(ModelVersionId version, String path) implements Place {}
    }

    /** @throws MlflowException if it leads nowhere */
    Place of(ProjectId project, String path) {
        String[] parts = (path.startsWith("/") ? path.substring(1) : path).split("/", -1);
        if (parts.length >= 4 && parts[1].equals("models") && parts[3].equals("artifacts")) {
            return new Place.Owned(models.of(project, parts[2]).id(), rest(path, parts, 4));
        }
        if (parts.length >= 4 && parts[1].equals("traces") && parts[3].equals("artifacts")) {
            return new Place.Traced(wiredTraces.of(project, parts[2]), rest(path, parts, 4));
        }
        if (parts.length >= 3 && parts[2].equals("artifacts")) {
            return parts[0].equals(RegistryWire.REGISTRY)
                    ? new Place.Registered(version(project, parts[1]), rest(path, parts, 3))
                    : new Place.Owned(runs.of(project, parts[1]).id(), rest(path, parts, 3));
        }
        throw MlflowException.invalid("Invalid path: " + path);
    }

    private ModelVersionId version(ProjectId project, String hex) {
        return versions.find(project, ModelVersionId.of("mv_" + hex))
                .map(ModelVersion::id)
                .orElseThrow(() -> TrineException.notFound("version", hex));
    }

    /** Whatever lies there or below, with paths relative to whose it is. */
    List<Artifact> below(ProjectId project, Place place) {
        return switch (place) {
            case Place.Owned owned -> artifacts.below(owned.owner(), owned.path());
            case Place.Traced traced ->
                below(traced.path(), traces.files(project, traced.trace().id()));
            case Place.Registered registered -> below(registered.path(), versions.files(registered.version()));
        };
    }

    private static List<Artifact> below(String path, List<Artifact> files) {
        return files.stream()
                .filter(file -> path.isEmpty()
                        || file.path().equals(path)
                        || file.path().startsWith(path + "/"))
                .toList();
    }

    Optional<Artifact> find(ProjectId project, Place place) {
        return switch (place) {
            case Place.Owned owned -> artifacts.find(owned.owner(), owned.path());
            case Place.Traced traced -> traces.file(project, traced.trace().id(), traced.path());
            case Place.Registered registered ->
                versions.files(registered.version()).stream()
                        .filter(file -> file.path().equals(place.path()))
                        .findFirst();
        };
    }

    private static String rest(String path, String[] parts, int from) {
        return relative(path, List.of(parts).subList(from, parts.length));
    }

    /**
     * A path in the folder of whoever has it; one slash at its end may stand for the folder itself.
     *
     * @throws MlflowException if it may lead out of there, or no file system has such a name
     */
    static String relative(String path) {
        return relative(path, List.of(path.split("/", -1)));
    }

    private static String relative(String path, List<String> names) {
        List<String> given = !names.isEmpty() && names.getLast().isEmpty() ? names.subList(0, names.size() - 1) : names;
        if (!given.stream().allMatch(ArtifactPlaces::isName)) {
            throw MlflowException.invalid(
                    "Invalid path: %s; each name in it must have 1 to %d bytes, and be neither . nor .."
                            .formatted(path, LONGEST_NAME));
        }
        return String.join("/", given);
    }

    /** Whether every file system that an artifact may be laid out on can have it. */
    private static boolean isName(String name) {
        return !name.isBlank()
                && !name.equals(".")
                && !name.equals("..")
                && name.chars().noneMatch(c -> c == '\\' || Character.isISOControl(c))
                && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME;
    }
}
