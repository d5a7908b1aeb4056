package dev.trine.tracing;

import static dev.trine.tracing.TraceFigures.Aggregate.AVG;
import static dev.trine.tracing.TraceFigures.Aggregate.COUNT;
import static dev.trine.tracing.TraceFigures.Aggregate.MAX;
import static dev.trine.tracing.TraceFigures.Aggregate.MIN;
import static dev.trine.tracing.TraceFigures.Aggregate.PERCENTILE;
import static dev.trine.tracing.TraceFigures.Aggregate.SUM;

import dev.trine.experiment.ExperimentId;
import dev.trine.identity.ProjectId;
import dev.trine.shared.Search.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts and figures over many traces, their spans and what is said of them. */
public interface TraceFigures {

    /** How many traces of some experiments there are for which all of this holds. */
    long count(ProjectId project, Collection<ExperimentId> experiments, List<Condition<TraceColumn>> where);

    /** By the time and the dimensions that are asked for, in their order. */
    List<Figure> of(ProjectId project, Collection<ExperimentId> experiments, Question question);

    /** What is measured, one by one. */
    enum View {
        TRACES,
        SPANS,
        ASSESSMENTS
    }

    enum Aggregate {
        COUNT,
        SUM,
        AVG,
        MIN,
        MAX,
        PERCENTILE
    }

    /** What figures are told apart by. Named as on MLflow's wire, in lower case. */
    enum Dimension {
        TRACE_NAME,
        TRACE_STATUS,
        SPAN_NAME,
        SPAN_TYPE,
        SPAN_STATUS,
        SPAN_MODEL_NAME,
        SPAN_MODEL_PROVIDER,
        ASSESSMENT_NAME,
        /** As JSON. */
        ASSESSMENT_VALUE;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A quantity; durations are in milliseconds, and what feedback says counts as a number where it is one, or yes or no. */
    enum Measure {
        TRACE_COUNT(View.TRACES, "trace_count", EnumSet.of(COUNT), Dimension.TRACE_NAME, Dimension.TRACE_STATUS),
        SESSION_COUNT(View.TRACES, "session_count", EnumSet.of(COUNT)),
        TRACE_LATENCY(View.TRACES, "latency", EnumSet.of(AVG, MIN, MAX, PERCENTILE), Dimension.TRACE_NAME),
        INPUT_TOKENS(View.TRACES, "input_tokens", Amounts.ALL, Dimension.TRACE_NAME),
        OUTPUT_TOKENS(View.TRACES, "output_tokens", Amounts.ALL, Dimension.TRACE_NAME),
        TOTAL_TOKENS(View.TRACES, "total_tokens", Amounts.ALL, Dimension.TRACE_NAME),
        CACHE_READ_INPUT_TOKENS(View.TRACES, "cache_read_input_tokens", Amounts.ALL, Dimension.TRACE_NAME),
        CACHE_CREATION_INPUT_TOKENS(View.TRACES, "cache_creation_input_tokens", Amounts.ALL, Dimension.TRACE_NAME),
        SPAN_COUNT(
                View.SPANS,
                "span_count",
                EnumSet.of(COUNT),
                Dimension.SPAN_NAME,
                Dimension.SPAN_TYPE,
                Dimension.SPAN_STATUS,
                Dimension.SPAN_MODEL_NAME,
                Dimension.SPAN_MODEL_PROVIDER),
        SPAN_LATENCY(
                View.SPANS,
                "latency",
                EnumSet.of(AVG, MIN, MAX, PERCENTILE),
                Dimension.SPAN_NAME,
                Dimension.SPAN_STATUS),
        INPUT_COST(View.SPANS, "input_cost", Amounts.ALL, Dimension.SPAN_MODEL_NAME, Dimension.SPAN_MODEL_PROVIDER),
        OUTPUT_COST(View.SPANS, "output_cost", Amounts.ALL, Dimension.SPAN_MODEL_NAME, Dimension.SPAN_MODEL_PROVIDER),
        TOTAL_COST(View.SPANS, "total_cost", Amounts.ALL, Dimension.SPAN_MODEL_NAME, Dimension.SPAN_MODEL_PROVIDER),
        ASSESSMENT_COUNT(
                View.ASSESSMENTS,
                "assessment_count",
                EnumSet.of(COUNT),
                Dimension.ASSESSMENT_NAME,
                Dimension.ASSESSMENT_VALUE),
        ASSESSMENT_VALUE(
                View.ASSESSMENTS, "assessment_value", EnumSet.of(AVG, MIN, MAX, PERCENTILE), Dimension.ASSESSMENT_NAME);

        /** What amounts can be made to. */
        private static final class Amounts {

            private static final Set<Aggregate> ALL = EnumSet.of(SUM, AVG, MIN, MAX, PERCENTILE);
        }

        private final View view;
        private final String label;

        @SuppressWarnings("ImmutableEnumChecker") // a copy that cannot be changed
        private final Set<Aggregate> aggregates;

        @SuppressWarnings("ImmutableEnumChecker") // the same
        private final List<Dimension> dimensions;

        Measure(View view, String label, Set<Aggregate> aggregates, Dimension... dimensions) {
            this.view = view;
            this.label = label;
            this.aggregates = Set.copyOf(aggregates);
            this.dimensions = List.of(dimensions);
        }

        public View view() {
            return view;
        }

        /** Its name in its view. */
        public String label() {
            return label;
        }

        public Set<Aggregate> aggregates() {
            return aggregates;
        }

        public List<Dimension> dimensions() {
            return dimensions;
        }

        public static Optional<Measure> of(View view, String label) {
            return Arrays.stream(values())
                    .filter(measure -> measure.view == view && measure.label.equals(label))
                    .findFirst();
        }
    }

    /** @param percent between 0 and 100; 0 but for percentiles */
    record Aggregation(Aggregate aggregate, double percent) {

        /** Such as {@code AVG} or {@code P99.0}. */
        public String label() {
            return aggregate == PERCENTILE ? "P" + percent : aggregate.name();
        }
    }

    /** What must be equal to a value. */
    enum Narrowing {
        TRACE_STATUS,
        TRACE_TAG,
        TRACE_METADATA,
        SPAN_NAME,
        SPAN_STATUS,
        SPAN_TYPE,
        ASSESSMENT_NAME,
        ASSESSMENT_TYPE
    }

    /** @param key of a tag or of metadata; empty otherwise */
    record Only(Narrowing by, String key, String value) {}

    /**
     * What is asked.
     *
     * @param every the length of the times that figures are told apart by; null for one figure over all time
     * @param from the first moment; null for no bound
     * @param to the last moment; null for no bound
     * @param most figures at most
     */
    record Question(
            Measure measure,
            List<Aggregation> aggregations,
            List<Dimension> dimensions,
            List<Only> only,
            @Nullable Duration every,
            @Nullable Instant from,
            @Nullable Instant to,
            int most) {

        public Question {
            aggregations = List.copyOf(aggregations);
            dimensions = List.copyOf(dimensions);
            only = List.copyOf(only);
        }
    }

    /**
     * The figures of one group.
     *
     * @param begin of its time; null if time was not asked for
     * @param values by the labels of the aggregations
     */
    record Figure(@Nullable Instant begin, Map<Dimension, String> dimensions, Map<String, Double> values) {

        public Figure {
            dimensions = Map.copyOf(dimensions);
            values = Map.copyOf(values);
        }
    }
}
