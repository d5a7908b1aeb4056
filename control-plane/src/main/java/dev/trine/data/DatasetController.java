package dev.trine.data;

import dev.trine.identity.Idempotent;
import dev.trine.identity.IdempotentTransactions;
import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.TrineException;
import dev.trine.shared.Versions;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/datasets")
class DatasetController {

    private final DatasetService datasets;
    private final IdempotentTransactions transactions;

    DatasetController(DatasetService datasets, IdempotentTransactions transactions) {
        this.datasets = datasets;
        this.transactions = transactions;
    }

    /**
     * A dataset that is to be.
     *
     * @param uploads completed uploads that become its first version; without them it is empty
     * @param labelColumn the first version's column to predict
     */
    record NewDataset(
            String name,
            @Nullable String description,
            @Nullable List<String> tags,
            @Nullable List<String> uploads,
            @Nullable String labelColumn) {}

    record DatasetChange(
            @Nullable String description, @Nullable List<String> tags) {}

    /** Makes a dataset, empty or of completed uploads; where these are refused, there is no dataset either. */
    @PostMapping
    @Idempotent(prepares = true)
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.DATASETS_WRITE)
    ResponseEntity<Dataset> create(ProjectScope scope, @RequestBody NewDataset asked) throws IOException {
        String description = asked.description() == null ? "" : asked.description();
        List<String> tags = asked.tags() == null ? List.of() : asked.tags();
        if (asked.uploads() == null && asked.labelColumn() != null) {
            throw TrineException.invalid("labelColumn", "is a column of uploads, and there are none");
        }
        DatasetService.Prepared prepared = asked.uploads() == null
                ? datasets.prepare(scope, asked.name(), description, tags)
                : datasets.prepare(scope, asked.name(), description, tags, asked.uploads(), asked.labelColumn());
        return transactions.execute(() -> answer(HttpStatus.CREATED, datasets.create(scope, prepared)));
    }

    /**
     * The datasets of the project, newest first.
     *
     * @param q part of the name
     * @param tag a tag they have
     */
    @GetMapping
    @Requires(Permission.DATASETS_READ)
    Page<Dataset> list(
            ProjectScope scope,
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable String tag,
            PageRequest page) {
        return datasets.list(scope, q, tag, page);
    }

    /** A dataset. */
    @GetMapping("/{id}")
    @Requires(Permission.DATASETS_READ)
    ResponseEntity<Dataset> get(ProjectScope scope, @PathVariable DatasetId id) {
        return answer(HttpStatus.OK, datasets.get(scope, id));
    }

    /** Changes the description or the tags of a dataset. */
    @PatchMapping("/{id}")
    @Requires(Permission.DATASETS_WRITE)
    ResponseEntity<Dataset> update(
            ProjectScope scope,
            @PathVariable DatasetId id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            @RequestBody DatasetChange change) {
        Dataset read = datasets.get(scope, id);
        Versions.require(ifMatch, read.version());
        return answer(HttpStatus.OK, datasets.update(scope, read, change.description(), change.tags()));
    }

    /** Deletes a dataset with all its versions. */
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.DATASETS_WRITE)
    void delete(
            ProjectScope scope,
            @PathVariable DatasetId id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        Dataset read = datasets.get(scope, id);
        Versions.require(ifMatch, read.version());
        datasets.delete(scope, read);
    }

    private static ResponseEntity<Dataset> answer(HttpStatus status, Dataset dataset) {
        return ResponseEntity.status(status)
                .eTag(Versions.etag(dataset.version()))
                .body(dataset);
    }
}
