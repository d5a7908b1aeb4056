package dev.trine.mlflow;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.mlflow.TraceWire.Said;
import dev.trine.shared.IdSource;
import dev.trine.tracing.Assessment;
import dev.trine.tracing.Trace;
import dev.trine.tracing.Traces;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What people and judges say of traces, on MLflow's wire. */
@Hidden
@RestController
@RequestMapping({"/api/3.0/mlflow/traces/{trace}/assessments", "/ajax-api/3.0/mlflow/traces/{trace}/assessments"})
class MlflowAssessmentController {

    private final Traces traces;
    private final WiredTraces wired;
    private final IdSource ids;
    private final Clock clock;

    MlflowAssessmentController(Traces traces, WiredTraces wired, IdSource ids, Clock clock) {
        this.traces = traces;
        this.wired = wired;
        this.ids = ids;
        this.clock = clock;
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Assess(@Nullable Said assessment) {}

    /** @param changed the fields that change, separated by commas */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Reassess(
            @Nullable Said assessment,
            @JsonProperty("update_mask") @Nullable String changed) {}

    @PostMapping
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> create(ProjectScope scope, @PathVariable String trace, @RequestBody Assess asked) {
        if (asked.assessment() == null) {
            throw MlflowLimits.lacks("assessment");
        }
        Trace about = wired.of(scope.projectId(), trace);
        Assessment made = asked.assessment().of(about.id(), () -> MlflowWire.assessmentId(ids.next()), clock.instant());
        if (made.overrides() != null) {
            require(scope, about.id(), made.overrides());
        }
        traces.assess(scope.projectId(), made);
        return Map.of("assessment", TraceWire.assessment(require(scope, about.id(), made.id())));
    }

    @GetMapping("/{id}")
    @Requires(Permission.EXPERIMENTS_READ)
    Map<String, Object> get(ProjectScope scope, @PathVariable String trace, @PathVariable String id) {
        return Map.of("assessment", TraceWire.assessment(require(scope, trace, id)));
    }

    @PatchMapping("/{id}")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> update(
            ProjectScope scope, @PathVariable String trace, @PathVariable String id, @RequestBody Reassess asked) {
        Said said = asked.assessment();
        if (said == null) {
            throw MlflowLimits.lacks("assessment");
        }
        Set<String> fields = new TreeSet<>(
                List.of(MlflowLimits.required("update_mask", asked.changed()).split(",")));
        Assessment old = require(scope, trace, id);
        traces.assess(scope.projectId(), changed(old, said, fields, clock.instant()));
        return get(scope, trace, id);
    }

    private static Assessment changed(Assessment old, Said said, Set<String> fields, Instant now) {
        boolean valued = fields.contains("feedback") || fields.contains("expectation");
        Assessment told = valued ? said.named(old.name()).of(old.traceId(), old::id, now) : old;
        if (told.kind() != old.kind()) {
            throw MlflowException.invalid("Cannot update the %s of an assessment that is %s"
                    .formatted(told.kind().name().toLowerCase(Locale.ROOT), old.kind()));
        }
        return new Assessment(
                old.id(),
                old.traceId(),
                fields.contains("assessment_name") ? MlflowLimits.required("assessment_name", said.name()) : old.name(),
                old.kind(),
                told.value(),
                old.sourceType(),
                old.sourceId(),
                fields.contains("rationale") ? said.rationale() : old.rationale(),
                old.spanId(),
                (fields.contains("metadata") && said.metadata() != null) ? said.metadata() : old.metadata(),
                old.overrides(),
                (fields.contains("valid") && said.valid() != null) ? said.valid() : old.valid(),
                old.createdAt(),
                now);
    }

    @DeleteMapping("/{id}")
    @Requires(Permission.EXPERIMENTS_WRITE)
    Map<String, Object> delete(ProjectScope scope, @PathVariable String trace, @PathVariable String id) {
        require(scope, trace, id);
        traces.deleteAssessment(scope.projectId(), trace, id);
        return Map.of();
    }

    private Assessment require(ProjectScope scope, String trace, String id) {
        return traces.assessment(scope.projectId(), trace, id)
                .orElseThrow(() -> MlflowException.missing(
                        "Assessment with ID '%s' not found for trace '%s'".formatted(id, trace)));
    }
}
