package dev.trine.evaluation;

import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/evaluation/jobs")
class EvaluationJobController {

    private final Evaluations evaluations;

    EvaluationJobController(Evaluations evaluations) {
        this.evaluations = evaluations;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Requires(Permission.EVALUATIONS_WRITE)
    EvaluationJob submit(ProjectScope scope, @RequestBody EvaluationSpec spec) {
        return evaluations.submit(scope, spec);
    }

    @GetMapping
    @Requires(Permission.EVALUATIONS_READ)
    Page<EvaluationJob> list(ProjectScope scope, PageRequest page) {
        return evaluations.list(scope, page);
    }

    @GetMapping("/{id}")
    @Requires(Permission.EVALUATIONS_READ)
    EvaluationJob get(ProjectScope scope, @PathVariable EvaluationJobId id) {
        return evaluations.get(scope, id);
    }
}
