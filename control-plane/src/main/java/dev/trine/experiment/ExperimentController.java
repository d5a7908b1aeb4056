package dev.trine.experiment;

import dev.trine.experiment.Experiments.Artifact;
import dev.trine.experiment.Experiments.MetricPoint;
import dev.trine.experiment.Runs.RunPoint;
import dev.trine.identity.Idempotent;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.shared.Download;
import dev.trine.shared.NamedPageRequest;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.TrineException;
import dev.trine.storage.Blobs;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Experiments and runs on Trine's own API. */
@RestController
@RequestMapping("/api/v1")
class ExperimentController {

    private static final int MOST_POINTS = 10_000;
    /** Of longer histories only so many points are looked at. */
    private static final int MOST_READ = 100_000;

    private final ExperimentService service;
    private final ExperimentStore experiments;
    private final RunStore runs;
    private final RunService kept;
    private final Blobs blobs;

    ExperimentController(
            ExperimentService service, ExperimentStore experiments, RunStore runs, RunService kept, Blobs blobs) {
        this.service = service;
        this.experiments = experiments;
        this.runs = runs;
        this.kept = kept;
        this.blobs = blobs;
    }

    record NewExperiment(String name, @Nullable Map<String, String> tags) {}

    /** @param timestamp milliseconds since the epoch */
    record Point(long step, long timestamp, double value) {}

    record MetricHistory(String key, List<Point> points) {}

    record ArtifactFile(String path, long sizeBytes, String sha256) {}

    /** Makes an experiment. */
    @PostMapping("/experiments")
    @Idempotent
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.EXPERIMENTS_WRITE)
    Experiment create(ProjectScope scope, @RequestBody NewExperiment asked) {
        return service.create(scope, asked.name(), asked.tags() == null ? Map.of() : asked.tags());
    }

    /** The experiments of the project, newest first. */
    @GetMapping("/experiments")
    @Requires(Permission.EXPERIMENTS_READ)
    Page<Experiment> list(ProjectScope scope, PageRequest page) {
        return Page.of(
                experiments.list(scope.projectId(), page), page, one -> one.id().value());
    }

    /** An experiment. */
    @GetMapping("/experiments/{id}")
    @Requires(Permission.EXPERIMENTS_READ)
    Experiment get(ProjectScope scope, @PathVariable ExperimentId id) {
        return service.experiment(scope.projectId(), id);
    }

    /**
     * The runs of the project, newest first.
     *
     * @param experimentId only those of this experiment
     */
    @GetMapping("/runs")
    @Requires(Permission.EXPERIMENTS_READ)
    Page<Run> runs(
            ProjectScope scope, @RequestParam(required = false) @Nullable ExperimentId experimentId, PageRequest page) {
        return Page.of(
                runs.list(scope.projectId(), experimentId, page),
                page,
                run -> run.id().value());
    }

    /** A run with its params, latest metrics and tags. */
    @GetMapping("/runs/{id}")
    @Requires(Permission.EXPERIMENTS_READ)
    Run run(ProjectScope scope, @PathVariable RunId id) {
        return kept.require(scope.projectId(), id);
    }

    /** What a run was given, and what came of it: datasets and logged models as its client told them. */
    @GetMapping("/runs/{id}/lineage")
    @Requires(Permission.EXPERIMENTS_READ)
    RunLineage lineage(ProjectScope scope, @PathVariable RunId id) {
        Run run = kept.require(scope.projectId(), id);
        return kept.lineage(scope.projectId(), List.of(run.id())).getOrDefault(run.id(), RunLineage.NONE);
    }

    /** The history of a metric; of more than {@code maxPoints} those that draw the same line. */
    @GetMapping("/runs/{id}/metrics/{key}")
    @Requires(Permission.EXPERIMENTS_READ)
    MetricHistory history(
            ProjectScope scope,
            @PathVariable RunId id,
            @PathVariable String key,
            @RequestParam(defaultValue = "1000") int maxPoints) {
        if (maxPoints < 3 || maxPoints > MOST_POINTS) {
            throw TrineException.invalid(
                    "maxPoints", "must be between 3 and %d, was %d".formatted(MOST_POINTS, maxPoints));
        }
        kept.require(scope.projectId(), id);
        List<MetricPoint> read = kept.sampled(List.of(id), key, null, MOST_READ).stream()
                .map(RunPoint::point)
                .toList();
        List<Point> points = Downsampling.of(read, maxPoints).stream()
                .map(point -> new Point(point.step(), point.timestamp(), point.value()))
                .toList();
        return new MetricHistory(key, points);
    }

    /**
     * The files a run has left, by their paths.
     *
     * @param path only those at or below it
     */
    @GetMapping("/runs/{id}/artifacts")
    @Requires(Permission.EXPERIMENTS_READ)
    Page<ArtifactFile> artifacts(
            ProjectScope scope,
            @PathVariable RunId id,
            @RequestParam(defaultValue = "") String path,
            NamedPageRequest page) {
        return service.artifacts(scope.projectId(), id, path, page)
                .map(file -> new ArtifactFile(file.path(), file.sizeBytes(), file.sha256()));
    }

    /**
     * The bytes of one artifact of a run.
     *
     * @param path the artifact's path
     */
    @GetMapping("/runs/{id}/artifacts/content")
    @Download
    @Requires(Permission.EXPERIMENTS_READ)
    void content(ProjectScope scope, @PathVariable RunId id, @RequestParam String path, HttpServletResponse response)
            throws IOException {
        Artifact file = service.artifacts(scope.projectId(), id, path).stream()
                .filter(candidate -> candidate.path().equals(path))
                .findFirst()
                .orElseThrow(() -> TrineException.notFound("artifact", path));
        response.setContentType("application/octet-stream");
        response.setContentLengthLong(file.sizeBytes());
        try (var bytes = blobs.open(file.objectKey())) {
            bytes.transferTo(response.getOutputStream());
        }
    }
}
