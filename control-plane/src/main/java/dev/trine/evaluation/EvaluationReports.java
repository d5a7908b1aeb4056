package dev.trine.evaluation;

import dev.trine.shared.Json;
import dev.trine.storage.Blobs;
import dev.trine.workload.OutputReader;
import dev.trine.workload.Workload;
import dev.trine.workload.Workloads.OutputFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;

/**
 * Reads the report that an evaluator has left, before its job is told to have succeeded. A store that does not answer is waited
 * for; only a report that is missing or is none makes the job fail.
 */
@Component
class EvaluationReports implements OutputReader {

    private static final Logger LOG = LoggerFactory.getLogger(EvaluationReports.class);

    private final EvaluationJobStore store;
    private final Blobs blobs;

    EvaluationReports(EvaluationJobStore store, Blobs blobs) {
        this.store = store;
        this.blobs = blobs;
    }

    @Override
    public void read(Workload workload, List<OutputFile> outputs) throws IOException {
        if (workload.owner().equals(EvaluationService.OWNER)) {
            Optional<OutputFile> file = outputs.stream()
                    .filter(output -> output.path().equals("report.json"))
                    .findFirst();
            if (file.isPresent()) {
                report(file.get()).ifPresent(report -> store.report(workload.id(), report));
            }
        }
    }

    private Optional<EvaluationReport> report(OutputFile file) throws IOException {
        try (var bytes = blobs.open(file.objectKey())) {
            return Optional.of(
                    Json.read(new String(bytes.readAllBytes(), StandardCharsets.UTF_8), EvaluationReport.class));
        } catch (FileNotFoundException | JacksonException unreadable) {
            LOG.warn("the report {} cannot be read", file.objectKey(), unreadable);
            return Optional.empty();
        }
    }
}
