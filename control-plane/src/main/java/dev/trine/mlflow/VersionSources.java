package dev.trine.mlflow;

import dev.trine.experiment.Artifacts;
import dev.trine.experiment.Experiments;
import dev.trine.experiment.Experiments.Artifact;
import dev.trine.experiment.LoggedModel;
import dev.trine.experiment.LoggedModels;
import dev.trine.experiment.Run;
import dev.trine.experiment.RunId;
import dev.trine.experiment.Runs;
import dev.trine.identity.ProjectId;
import dev.trine.registry.ModelFiles;
import dev.trine.registry.ModelVersion;
import dev.trine.registry.ModelVersions;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What the source of a model's version stands for: {@code runs:/<run>/<folder>}, {@code models:/m-<logged model>}, {@code
 * models:/<name>/<version>} or {@code models:/<name>@<alias>}, a path of the artifact proxy; or an address elsewhere, of which
 * nothing is kept here.
 */
@Component
class VersionSources {

    private static final Pattern RUNS = Pattern.compile("runs:/+(?<run>[^/]+)/+(?<path>.+?)/*");
    private static final Pattern MODELS = Pattern.compile("models:/+(?<rest>.+)");
    private static final Pattern NUMBERED = Pattern.compile("(?<name>[^/]+)/(?<version>\\d+)");
    private static final Pattern ALIASED = Pattern.compile("(?<name>[^/]+)@(?<alias>[^/@]+)");
    private static final Pattern PROXIED = Pattern.compile(
            "mlflow-artifacts:/*[^/]+/(models/(?<model>m-[^/]+)|(?<run>[^/]+))/artifacts(/(?<path>.*?))?/*");
    private static final Pattern ELSEWHERE =
            Pattern.compile("(?!file:|runs:|models:|mlflow-artifacts:)[A-Za-z][A-Za-z0-9+.-]+:.+");
    private static final Pattern RELATIVE = Pattern.compile("(.*[/\\\\])?\\.{1,2}([/\\\\].*)?");

    private final Runs runs;
    private final Experiments experiments;
    private final LoggedModels models;
    private final Artifacts artifacts;
    private final ModelVersions versions;
    private final WiredModels wired;

    VersionSources(
            Runs runs,
            Experiments experiments,
            LoggedModels models,
            Artifacts artifacts,
            ModelVersions versions,
            WiredModels wired) {
        this.runs = runs;
        this.experiments = experiments;
        this.models = models;
        this.artifacts = artifacts;
        this.versions = versions;
        this.wired = wired;
    }

    /**
     * What was found.
     *
     * @param source as it is told to clients
     * @param files with paths relative to the model's folder
     */
    record Found(String source, @Nullable RunId run, List<Artifact> files) {}

    /** @throws MlflowException if neither the run nor the logged model that the request names holds the source */
    Found of(ProjectId project, String source, @Nullable String runId, @Nullable String modelId) {
        String run = MlflowWire.text(runId);
        String model = MlflowWire.text(modelId);
        if (RELATIVE.matcher(source).matches() && source.contains(":")) {
            throw MlflowException.invalid(
                    "Invalid model version source: '%s'. If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path."
                            .formatted(source));
        }
        Matcher registered = MODELS.matcher(source);
        if (registered.matches()) {
            String rest = registered.group("rest");
            return rest.startsWith("m-")
                    ? logged(project, source, rest, "", model)
                    : copied(project, source, rest, run);
        }
        Matcher ofRun = RUNS.matcher(source);
        if (ofRun.matches()) {
            return ofRun(project, source, ofRun.group("run"), ofRun.group("path"), run, model);
        }
        Matcher proxied = PROXIED.matcher(source);
        if (proxied.matches()) {
            String path = MlflowWire.text(proxied.group("path"));
            return proxied.group("model") == null
                    ? ofRun(project, source, proxied.group("run"), path, run, model)
                    : logged(project, source, proxied.group("model"), path, model);
        }
        if (!ELSEWHERE.matcher(source).matches()) {
            throw local(source, model.isEmpty() ? "run_id" : "model_id");
        }
        return new Found(source, run.isEmpty() ? null : require(project, source, run), List.of());
    }

    /** A prompt has no files: its clients say whatever they like of where it comes from. */
    Found ofPrompt(ProjectId project, String source, @Nullable String runId) {
        String run = MlflowWire.text(runId);
        return new Found(source, run.isEmpty() ? null : require(project, source, run), List.of());
    }

    private Found ofRun(ProjectId project, String source, String held, String path, String run, String model) {
        if (!model.isEmpty()) {
            throw foreign(source, "model_id");
        }
        if (!held.equals(run)) {
            throw foreign(source, "run_id");
        }
        RunId id = require(project, source, run);
        return new Found(source, id, ModelFiles.within(experiments.artifacts(project, id, path), path));
    }

    private Found logged(ProjectId project, String source, String held, String path, String model) {
        if (!held.equals(model)) {
            throw foreign(source, "model_id");
        }
        LoggedModel found = MlflowWire.modelId(model)
                .flatMap(id -> models.find(project, id))
                .orElseThrow(() -> foreign(source, "model_id"));
        return new Found(source, found.runId(), ModelFiles.within(artifacts.below(found.id(), path), path));
    }

    private Found copied(ProjectId project, String source, String rest, String run) {
        Matcher numbered = NUMBERED.matcher(rest);
        Matcher aliased = ALIASED.matcher(rest);
        ModelVersion of;
        if (numbered.matches()) {
            of = wired.version(project, numbered.group("name"), numbered.group("version"));
        } else if (aliased.matches()) {
            of = wired.aliased(project, aliased.group("name"), aliased.group("alias"));
        } else {
            throw foreign(source, "model_id");
        }
        RunId its = of.runId();
        if (!run.isEmpty() && (its == null || !run.equals(MlflowWire.hex(its.value())))) {
            throw MlflowException.invalid(
                    "Invalid model version source: '%s'. The run_id and model_id request parameters must match the referenced model version."
                            .formatted(source));
        }
        return new Found("models:/%s/%d".formatted(of.name(), of.version()), its, versions.files(of.id()));
    }

    private RunId require(ProjectId project, String source, String run) {
        return MlflowWire.runId(run)
                .flatMap(known -> runs.find(project, known))
                .map(Run::id)
                .orElseThrow(() -> foreign(source, "run_id"));
    }

    private static MlflowException foreign(String source, String parameter) {
        return MlflowException.invalid(
                "Invalid model version source: '%s'. The %s request parameter must identify the resource that contains the source."
                        .formatted(source, parameter));
    }

    private static MlflowException local(String source, String parameter) {
        return MlflowException.invalid(
                "Invalid model version source: '%1$s'. To use a local path as a model version source, the %2$s request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the %2$s."
                        .formatted(source, parameter));
    }
}
