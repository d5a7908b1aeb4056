package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.quality.EvaluationDatasetId;
import dev.trine.quality.EvaluationDatasets;
import dev.trine.quality.EvaluationDatasets.Upserted;
import dev.trine.quality.EvaluationRecord;
import dev.trine.quality.RecordChange;
import dev.trine.shared.Page;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The records of evaluation datasets on MLflow's wire. */
@Hidden
@RestController
@RequestMapping({"/api/3.0/mlflow/datasets/{id}/records", "/ajax-api/3.0/mlflow/datasets/{id}/records"})
class MlflowEvaluationRecordController {

    /** Who asks for more gets so many, and a token. */
    private static final int MOST_RECORDS = 1_000;

    private final EvaluationDatasets datasets;
    private final WiredEvaluationDatasets wired;

    MlflowEvaluationRecordController(EvaluationDatasets datasets, WiredEvaluationDatasets wired) {
        this.datasets = datasets;
        this.wired = wired;
    }

    /** @param records JSON of an array */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record UpsertRecords(@Nullable String records) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record DeleteRecords(
            @JsonProperty("dataset_record_ids") @Nullable List<String> ids) {}

    @PostMapping
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> upsert(ProjectScope scope, @PathVariable String id, @RequestBody UpsertRecords asked) {
        List<RecordChange> records = EvaluationRecordWire.read(asked.records());
        EvaluationDatasetId dataset = wired.of(scope.projectId(), id).id();
        Upserted done = datasets.upsert(scope.projectId(), dataset, records);
        return Map.of("inserted_count", done.inserted(), "updated_count", done.updated());
    }

    @GetMapping
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> records(
            ProjectScope scope,
            @PathVariable String id,
            @RequestParam(name = "max_results", required = false) @Nullable Integer maxResults,
            @RequestParam(name = "page_token", required = false) @Nullable String pageToken) {
        EvaluationDatasetId dataset = wired.of(scope.projectId(), id).id();
        Page<EvaluationRecord> page = datasets.records(
                scope.projectId(), dataset, pageToken, Math.min(MlflowPages.size(maxResults), MOST_RECORDS));
        var answer = new LinkedHashMap<String, Object>();
        answer.put("records", EvaluationRecordWire.json(dataset, page.items()));
        if (page.nextPageToken() != null) {
            answer.put("next_page_token", page.nextPageToken());
        }
        return answer;
    }

    @DeleteMapping
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> delete(ProjectScope scope, @PathVariable String id, @RequestBody DeleteRecords asked) {
        EvaluationDatasetId dataset = wired.of(scope.projectId(), id).id();
        return Map.of(
                "deleted_count",
                datasets.deleteRecords(
                        scope.projectId(),
                        dataset,
                        MlflowWire.list(asked.ids()).stream()
                                .flatMap(one -> EvaluationRecordWire.id(one).stream())
                                .toList()));
    }
}
