package dev.trine.mlflow;

import dev.trine.experiment.Experiments.MetricPoint;
import dev.trine.experiment.Run;
import dev.trine.experiment.RunId;
import dev.trine.experiment.Runs;
import dev.trine.experiment.Runs.RunPoint;
import dev.trine.experiment.Runs.Steps;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The history of metrics on MLflow's wire: of one run whole, of several their beginning or a sample. */
@Hidden
@RestController
@MlflowPaths
class MlflowHistoryController {

    /** What MLflow's client asks for at once. */
    private static final int MOST_POINTS = 25_000;

    private static final int MOST_RUNS = 100;
    private static final int MOST_SAMPLED = 2_500;

    private final Runs runs;
    private final WiredRuns wired;

    MlflowHistoryController(Runs runs, WiredRuns wired) {
        this.runs = runs;
        this.wired = wired;
    }

    @GetMapping("/metrics/get-history")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> history(
            ProjectScope scope,
            @RequestParam("run_id") String id,
            @RequestParam("metric_key") String key,
            @RequestParam(name = "max_results", defaultValue = "" + MOST_POINTS) int most,
            @RequestParam(name = "page_token", required = false) @Nullable String pageToken) {
        MlflowPages.between(most, MOST_POINTS);
        Run run = wired.of(scope.projectId(), id);
        List<MetricPoint> found = runs.history(run.id(), key, MlflowPages.point(key, pageToken), most + 1);
        List<MetricPoint> page = found.subList(0, Math.min(most, found.size()));
        return MlflowPages.page(
                "metrics",
                page.stream().map(MlflowWire::metric).toList(),
                found.size() > most ? MlflowPages.token(page.getLast()) : null);
    }

    /** Runs that are not there have no points. */
    @GetMapping("/metrics/get-history-bulk")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> beginnings(
            ProjectScope scope,
            @RequestParam(name = "run_id", required = false) @Nullable List<String> asked,
            @RequestParam(name = "metric_key", required = false) @Nullable String key,
            @RequestParam(name = "max_results", defaultValue = "" + MOST_POINTS) int most) {
        List<String> ids = MlflowWire.list(asked);
        if (ids.isEmpty()) {
            throw MlflowException.invalid("GetMetricHistoryBulk request must specify at least one run_id.");
        }
        if (ids.size() > MOST_RUNS) {
            throw MlflowException.invalid(
                    "GetMetricHistoryBulk request cannot specify more than %d run_ids. Received %d run_ids."
                            .formatted(MOST_RUNS, ids.size()));
        }
        if (key == null) {
            throw MlflowException.invalid("GetMetricHistoryBulk request must specify a metric_key.");
        }
        if (most < 0) {
            throw MlflowException.invalid("max_results must not be negative, was " + most);
        }
        List<RunId> known =
                ids.stream().map(MlflowWire::runId).flatMap(Optional::stream).toList();
        return answer(runs.history(scope.projectId(), known, key, Math.min(most, MOST_POINTS)));
    }

    /** Points that stand for all of a metric's, at most so many of each run. */
    @GetMapping("/metrics/get-history-bulk-interval")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> samples(
            ProjectScope scope,
            @RequestParam(name = "run_ids", required = false) @Nullable List<String> asked,
            @RequestParam(name = "metric_key", required = false) @Nullable String metric,
            @RequestParam(name = "start_step", required = false) @Nullable Long from,
            @RequestParam(name = "end_step", required = false) @Nullable Long to,
            @RequestParam(name = "max_results", defaultValue = "" + MOST_SAMPLED) int most) {
        List<String> ids = MlflowWire.list(asked);
        if (ids.isEmpty()) {
            throw MlflowLimits.lacks("run_ids");
        }
        if (ids.size() > MOST_RUNS) {
            throw MlflowException.invalid(
                    "GetMetricHistoryBulkInterval request must specify at most %d run_ids. Received %d run_ids."
                            .formatted(MOST_RUNS, ids.size()));
        }
        String key = MlflowLimits.required("metric_key", metric);
        MlflowPages.between(most, MOST_SAMPLED);
        Steps steps = steps(from, to);
        return answer(runs.sampled(wired.all(scope.projectId(), ids), key, steps, most));
    }

    private static @Nullable Steps steps(@Nullable Long from, @Nullable Long to) {
        if (from == null && to == null) {
            return null;
        }
        if (from == null || to == null) {
            throw MlflowException.invalid("If either start step or end step are specified, both must be specified.");
        }
        if (from > to) {
            throw MlflowException.invalid(
                    "end_step must be greater than start_step. Found start_step=%d and end_step=%d."
                            .formatted(from, to));
        }
        return new Steps(from, to);
    }

    private static Map<String, Object> answer(List<RunPoint> points) {
        return Map.of(
                "metrics", points.stream().map(MlflowHistoryController::metric).toList());
    }

    private static Map<String, Object> metric(RunPoint found) {
        var json = new LinkedHashMap<>(MlflowWire.metric(found.point()));
        json.put("run_id", MlflowWire.hex(found.run().value()));
        return json;
    }
}
