package dev.trine.mlflow;

import dev.trine.mlflow.Filter.Column;
import dev.trine.mlflow.SearchReader.Kind;
import dev.trine.mlflow.SearchReader.Known;
import dev.trine.quality.EvaluationDatasetColumn;
import dev.trine.quality.EvaluationDatasetColumn.Attribute;
import dev.trine.quality.IssueColumn;
import dev.trine.shared.Search;
import dev.trine.shared.Search.Stage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The same as {@link Searches} of what quality is measured with. */
final class QualitySearches {

    private static final Map<String, Known<EvaluationDatasetColumn>> OF_DATASETS = Map.ofEntries(
            Searches.known("name", Attribute.NAME, Kind.LISTED),
            Searches.known("created_time", Attribute.CREATED_AT, Kind.TIME),
            Searches.known("last_update_time", Attribute.UPDATED_AT, Kind.TIME),
            Searches.known("created_by", Attribute.CREATED_BY, Kind.ATTRIBUTE),
            Searches.known("last_updated_by", Attribute.UPDATED_BY, Kind.ATTRIBUTE));
    private static final Map<String, Known<EvaluationDatasetColumn>> ORDERS_OF_DATASETS = Map.ofEntries(
            Searches.known("name", Attribute.NAME, Kind.ATTRIBUTE),
            Searches.known("created_time", Attribute.CREATED_AT, Kind.TIME),
            Searches.known("last_update_time", Attribute.UPDATED_AT, Kind.TIME));

    private static final SearchReader<EvaluationDatasetColumn> DATASETS =
            Searches.reader(OF_DATASETS, ORDERS_OF_DATASETS, EvaluationDatasetColumn.Tag::new);

    private static final Map<String, Known<IssueColumn>> OF_ISSUES = Map.ofEntries(
            Searches.known("status", IssueColumn.STATUS, Kind.ATTRIBUTE),
            Searches.known("source_run_id", IssueColumn.SOURCE_RUN, Kind.ATTRIBUTE));

    private QualitySearches() {}

    static Search<EvaluationDatasetColumn> datasets(@Nullable String filter, @Nullable List<String> orderBy) {
        return DATASETS.read(null, filter, orderBy);
    }

    static Search<IssueColumn> issues(@Nullable String filter) {
        return new Search<>(Stage.ANY, SearchReader.conditions(filter, QualitySearches::ofIssues), List.of());
    }

    private static Known<IssueColumn> ofIssues(Column column) {
        Known<IssueColumn> found = column.entity().isEmpty() ? OF_ISSUES.get(column.key()) : null;
        if (found == null) {
            throw MlflowException.invalid("Invalid filter field '%s'. Supported fields: %s"
                    .formatted(column, OF_ISSUES.keySet().stream().sorted().toList()));
        }
        return found;
    }
}
