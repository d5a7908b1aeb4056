package dev.trine.evaluation;

import dev.trine.identity.ProjectScope;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.storage.Blobs.Blob;

/** Evaluation jobs: the door. */
public interface Evaluations {

    /**
     * Queues the measuring of a model on a dataset version.
     *
     * @throws dev.trine.shared.TrineException {@code VALIDATION_FAILED}, {@code NOT_FOUND} for a missing model or data, {@code
     *     MODEL_UNUSABLE} for a model the evaluator cannot load
     */
    EvaluationJob submit(ProjectScope scope, EvaluationSpec spec);

    EvaluationJob get(ProjectScope scope, EvaluationJobId id);

    Page<EvaluationJob> list(ProjectScope scope, PageRequest page);

    /**
     * What the model answered, row by row: CSV with {@code row,label,prediction,probability}.
     *
     * @throws dev.trine.shared.TrineException {@code NOT_FOUND}; {@code CONFLICT} while the job has not succeeded
     */
    Blob predictions(ProjectScope scope, EvaluationJobId id);
}
