package dev.trine.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.mlflow.Filter.Clause;
import dev.trine.mlflow.Filter.Column;
import dev.trine.mlflow.Filter.Compared;
import dev.trine.mlflow.Filter.Listed;
import dev.trine.mlflow.Filter.Literal;
import dev.trine.mlflow.Filter.Operator;
import dev.trine.mlflow.Filter.Order;
import dev.trine.mlflow.Filter.Present;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The language of MLflow's searches. */
class FilterParserTest {

    @Example
    void aFilterIsReadAsItsClauses() {
        assertThat(FilterParser.filter("metrics.acc > 0.5 and params.depth = '3' AND tags.\"a b\" ILIKE \"%x%\""
                                + " and attributes.start_time >= -1e3 and run_id NOT IN ('a', \"b\") and `run name` = 'it''s'"
                                + " and tags.mlflow.source.name IS NOT NULL and params.`x``y` is null")
                        .clauses())
                .containsExactly(
                        new Compared(new Column("metrics", "acc"), Operator.MORE, new Literal.Numeric(0.5)),
                        new Compared(new Column("params", "depth"), Operator.EQUAL, new Literal.Text("3")),
                        new Compared(new Column("tags", "a b"), Operator.ILIKE, new Literal.Text("%x%")),
                        new Compared(
                                new Column("attributes", "start_time"),
                                Operator.MORE_OR_EQUAL,
                                new Literal.Numeric(-1000)),
                        new Listed(new Column("", "run_id"), false, List.of("a", "b")),
                        new Compared(new Column("", "run name"), Operator.EQUAL, new Literal.Text("it's")),
                        new Present(new Column("tags", "mlflow.source.name"), true),
                        new Present(new Column("params", "x`y"), false));
        assertThat(FilterParser.filter(" \n").clauses()).isEmpty();
        assertThat(FilterParser.filter(null).clauses()).isEmpty();
    }

    @Example
    void anOrderGoesUpUnlessItSaysOtherwise() {
        assertThat(FilterParser.order("metrics.`a b`")).isEqualTo(new Order(new Column("metrics", "a b"), true));
        assertThat(FilterParser.order("start_time desc ")).isEqualTo(new Order(new Column("", "start_time"), false));
    }

    @Example
    void whatIsWrongIsToldWithItsPlace() {
        refuses("metrics.acc > 0.5 or x = 1", "or x = 1", "column 19");
        refuses("metrics.acc", "comparison", "column 12");
        refuses("metrics.acc == 1", "==", "column 13");
        refuses("params.a = 'x", "not closed", "column 12");
        refuses("params.a = x", "Got value x", "column 12");
        refuses("run_id IN ()", "list", "column 12");
        refuses("metrics.a > 1e999", "1e999", "column 13");
        refuses("tags.a IS 3", "NULL", "column 11");
        assertThatThrownBy(() -> FilterParser.order("a sideways")).hasMessageContaining("column 3");
    }

    @Example
    void aFilterHasSoManyClausesAndNoMore() {
        String most = String.join(" AND ", Collections.nCopies(FilterParser.MOST_CLAUSES, "metrics.a > 1"));
        assertThat(FilterParser.filter(most).clauses()).hasSize(FilterParser.MOST_CLAUSES);
        refuses(most + " AND metrics.a > 1", "at most 200 clauses");
    }

    private static void refuses(String filter, String... words) {
        assertThatThrownBy(() -> FilterParser.filter(filter))
                .isInstanceOf(MlflowException.class)
                .hasMessageContainingAll(words);
    }

    @Property(tries = 500)
    void whatIsWrittenIsReadAsTheSame(@ForAll("filters") Filter filter) {
        assertThat(FilterParser.filter(filter.toString())).isEqualTo(filter);
    }

    @Property(tries = 500)
    void anOrderThatIsWrittenIsReadAsTheSame(@ForAll("columns") Column column, @ForAll boolean ascending) {
        var order = new Order(column, ascending);
        assertThat(FilterParser.order(order.toString())).isEqualTo(order);
    }

    @Property(tries = 1000)
    void anyTextIsReadOrRefusedWithItsPlace(@ForAll("texts") String text) {
        try {
            FilterParser.filter(text);
        } catch (MlflowException refused) {
            assertThat(refused.code()).isEqualTo(MlflowException.Code.INVALID_PARAMETER_VALUE);
            assertThat(refused).hasMessageMatching("(?s).*\\(at column \\d+\\)");
        }
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings(),
                Arbitraries.of(
                                "metrics", ".", "a", " ", "'", "\"", "`", "=", ">", "IN", "(", ")", ",", "NOT", "IS",
                                "NULL", "AND", "1", "e", "-", "LIKE")
                        .list()
                        .ofMaxSize(20)
                        .map(parts -> String.join("", parts)));
    }

    @Provide
    Arbitrary<Column> columns() {
        Arbitrary<String> entity = Arbitraries.of("", "metrics", "params", "tags", "attributes", "dataset");
        return Combinators.combine(entity, Arbitraries.strings().ofMaxLength(8)).as(Column::new);
    }

    @Provide
    Arbitrary<Filter> filters() {
        Arbitrary<String> text = Arbitraries.strings().ofMaxLength(8);
        Arbitrary<Literal> literal = Arbitraries.oneOf(
                text.map(Literal.Text::new), Arbitraries.doubles().map(Literal.Numeric::new));
        Arbitrary<Clause> clause = Arbitraries.oneOf(
                Combinators.combine(columns(), Arbitraries.of(Operator.class), literal)
                        .as(Compared::new),
                Combinators.combine(
                                columns(),
                                Arbitraries.of(true, false),
                                text.list().ofMinSize(1).ofMaxSize(4))
                        .as(Listed::new),
                Combinators.combine(columns(), Arbitraries.of(true, false)).as(Present::new));
        return clause.list().ofMaxSize(5).map(Filter::new);
    }
}
