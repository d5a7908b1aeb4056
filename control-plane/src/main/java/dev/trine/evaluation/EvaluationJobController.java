package dev.trine.evaluation;

import dev.trine.identity.Idempotent;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.shared.Download;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.storage.Blobs;
import dev.trine.storage.Blobs.Blob;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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
    private final Blobs blobs;

    EvaluationJobController(Evaluations evaluations, Blobs blobs) {
        this.evaluations = evaluations;
        this.blobs = blobs;
    }

    /** Starts an evaluation of a model on data. */
    @PostMapping
    @Idempotent
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Requires(Permission.EVALUATIONS_WRITE)
    EvaluationJob submit(ProjectScope scope, @RequestBody EvaluationSpec spec) {
        return evaluations.submit(scope, spec);
    }

    /** The evaluations of the project, newest first. */
    @GetMapping
    @Requires(Permission.EVALUATIONS_READ)
    Page<EvaluationJob> list(ProjectScope scope, PageRequest page) {
        return evaluations.list(scope, page);
    }

    /** An evaluation, with its report once it succeeded. */
    @GetMapping("/{id}")
    @Requires(Permission.EVALUATIONS_READ)
    EvaluationJob get(ProjectScope scope, @PathVariable EvaluationJobId id) {
        return evaluations.get(scope, id);
    }

    /** What the model predicted for every row. */
    @GetMapping(path = "/{id}/predictions", produces = "text/csv")
    @Download("text/csv")
    @Requires(Permission.EVALUATIONS_READ)
    void predictions(ProjectScope scope, @PathVariable EvaluationJobId id, HttpServletResponse response)
            throws IOException {
        Blob file = evaluations.predictions(scope, id);
        response.setContentType("text/csv;charset=utf-8");
        response.setContentLengthLong(file.sizeBytes());
        try (var bytes = blobs.open(file.objectKey())) {
            bytes.transferTo(response.getOutputStream());
        }
    }
}
