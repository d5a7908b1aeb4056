package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.experiment.ExperimentId;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.quality.Issue;
import dev.trine.quality.Issue.Status;
import dev.trine.quality.IssueId;
import dev.trine.quality.Issues;
import dev.trine.shared.IdSource;
import dev.trine.shared.Page;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Issues on MLflow's wire. */
@Hidden
@RestController
@RequestMapping({"/api/3.0/mlflow/issues", "/ajax-api/3.0/mlflow/issues"})
class MlflowIssueController {

    /** What a page has at most, whatever is asked for. */
    private static final int MOST_RESULTS = 200;

    private static final int USUAL_RESULTS = 100;

    private final Issues issues;
    private final WiredExperiments experiments;
    private final IdSource ids;
    private final Clock clock;

    MlflowIssueController(Issues issues, WiredExperiments experiments, IdSource ids, Clock clock) {
        this.issues = issues;
        this.experiments = experiments;
        this.ids = ids;
        this.clock = clock;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record CreateIssue(
            @JsonProperty("experiment_id") @Nullable String experimentId,
            @Nullable String name,
            @Nullable String description,
            @Nullable String status,
            @Nullable String severity,
            @JsonProperty("root_causes") @Nullable List<String> rootCauses,
            @Nullable List<String> categories,
            @JsonProperty("source_run_id") @Nullable String sourceRun,
            @JsonProperty("created_by") @Nullable String createdBy) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record UpdateIssue(
            @Nullable String name,
            @Nullable String description,
            @Nullable String status,
            @Nullable String severity) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record SearchIssues(
            @JsonProperty("experiment_id") @Nullable String experimentId,
            @JsonProperty("filter_string") @Nullable String filter,
            @JsonProperty("max_results") @Nullable Integer maxResults,
            @JsonProperty("page_token") @Nullable String pageToken) {}

    @PostMapping
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> create(ProjectScope scope, @RequestBody CreateIssue asked) {
        String name = IssueWire.name(MlflowLimits.required("name", asked.name()));
        String description = IssueWire.description(MlflowLimits.required("description", asked.description()));
        Status status = IssueWire.status(asked.status());
        ExperimentId experiment = experiments
                .active(scope.projectId(), MlflowLimits.required("experiment_id", asked.experimentId()))
                .id();
        Instant now = clock.instant();
        var made = new Issue(
                new IssueId(ids.next()),
                experiment,
                name,
                description,
                status == null ? Status.PENDING : status,
                IssueWire.severity(asked.severity()),
                IssueWire.texts("root_causes", asked.rootCauses()),
                IssueWire.texts("categories", asked.categories()),
                IssueWire.given("source_run_id", asked.sourceRun()),
                IssueWire.given("created_by", asked.createdBy()),
                now,
                now);
        issues.create(scope.projectId(), made);
        return answer(scope.projectId(), made);
    }

    private Map<String, Object> answer(ProjectId project, Issue issue) {
        return Map.of("issue", IssueWire.json(issue, experiments.number(project, issue.experimentId())));
    }

    @GetMapping("/{id}")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> get(ProjectScope scope, @PathVariable String id) {
        return IssueWire.id(id)
                .flatMap(known -> issues.find(scope.projectId(), known))
                .map(found -> answer(scope.projectId(), found))
                .orElseThrow(() -> none(id));
    }

    /** What is left out or empty stays. */
    @PatchMapping("/{id}")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> update(ProjectScope scope, @PathVariable String id, @RequestBody UpdateIssue asked) {
        String name = MlflowWire.text(asked.name());
        String description = MlflowWire.text(asked.description());
        var change = new Issue.Change(
                name.isEmpty() ? null : IssueWire.name(name),
                description.isEmpty() ? null : IssueWire.description(description),
                IssueWire.status(asked.status()),
                IssueWire.severity(asked.severity()));
        return IssueWire.id(id)
                .flatMap(known -> issues.change(scope.projectId(), known, change))
                .map(changed -> answer(scope.projectId(), changed))
                .orElseThrow(() -> none(id));
    }

    private static MlflowException none(String id) {
        return MlflowException.missing("Issue with ID '%s' not found".formatted(id));
    }

    /** The token of the last page is empty, which is what clients look for. */
    @PostMapping("/search")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> search(ProjectScope scope, @RequestBody SearchIssues asked) {
        String within = MlflowWire.text(asked.experimentId());
        Page<Issue> page = issues.search(
                scope.projectId(),
                within.isEmpty()
                        ? null
                        : experiments
                                .numbers(scope.projectId(), List.of(within))
                                .keySet(),
                QualitySearches.issues(asked.filter()),
                asked.pageToken(),
                Math.min(
                        MOST_RESULTS,
                        asked.maxResults() == null ? USUAL_RESULTS : MlflowPages.size(asked.maxResults())));
        Map<ExperimentId, Long> numbers = experiments.numbersOf(
                scope.projectId(),
                page.items().stream().map(Issue::experimentId).toList());
        var answer = new LinkedHashMap<String, Object>();
        answer.put(
                "issues",
                page.items().stream()
                        .map(issue -> IssueWire.json(issue, numbers.getOrDefault(issue.experimentId(), 0L)))
                        .toList());
        answer.put("next_page_token", MlflowWire.text(page.nextPageToken()));
        return answer;
    }
}
