package dev.trine.mlflow;

import dev.trine.mlflow.Filter.Clause;
import dev.trine.mlflow.Filter.Column;
import dev.trine.mlflow.Filter.Compared;
import dev.trine.mlflow.Filter.Listed;
import dev.trine.mlflow.Filter.Literal;
import dev.trine.mlflow.Filter.Operator;
import dev.trine.mlflow.Filter.Order;
import dev.trine.mlflow.Filter.Present;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the language of MLflow's searches by recursive descent:
 *
 * <pre>
 * filter  = [ clause { AND clause } ]
 * clause  = column ( sign value | [I]LIKE text | [NOT] IN "(" text { "," text } ")" | IS [NOT] NULL )
 * order   = column [ ASC | DESC ]
 * column  = [ entity "." ] key          key, in backticks or double quotes if it is no plain word
 * value   = number | text               text in single or double quotes; a quote within is doubled
 * </pre>
 */
final class FilterParser {

    static final int MOST_CLAUSES = 200;
    static final int MOST_LISTED = 1_000;

    private static final Pattern SPACE = Pattern.compile("\\s*");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]+");
    private static final Pattern DOTTED = Pattern.compile("[\\p{L}\\p{N}_.]+");
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?(?![\\p{L}_])");
    private static final Pattern SIGN = Pattern.compile("[<>=!]+");

    private final String text;
    private int at;

    private FilterParser(String text) {
        this.text = text;
    }

    /** @throws MlflowException {@code INVALID_PARAMETER_VALUE} that tells the place */
    static Filter filter(@Nullable String text) {
        return new FilterParser(text == null ? "" : text).filter();
    }

    /** @throws MlflowException {@code INVALID_PARAMETER_VALUE} that tells the place */
    static Order order(String text) {
        return new FilterParser(text).order();
    }

    private Filter filter() {
        var clauses = new ArrayList<Clause>();
        if (atEnd()) {
            return new Filter(clauses);
        }
        do {
            if (clauses.size() == MOST_CLAUSES) {
                throw wrong("a filter has at most %d clauses".formatted(MOST_CLAUSES));
            }
            clauses.add(clause());
        } while (keyword("AND"));
        if (!atEnd()) {
            throw wrong("Invalid clause(s) in filter string: '%s'".formatted(rest()));
        }
        return new Filter(clauses);
    }

    private Order order() {
        Column column = column();
        boolean descending = keyword("DESC");
        if (!descending) {
            keyword("ASC");
        }
        if (!atEnd()) {
            throw wrong("Invalid ordering key in order_by clause '%s'.".formatted(text));
        }
        return new Order(column, !descending);
    }

    private Clause clause() {
        Column column = column();
        if (keyword("IS")) {
            boolean present = keyword("NOT");
            expect("NULL");
            return new Present(column, present);
        }
        if (keyword("NOT")) {
            expect("IN");
            return new Listed(column, false, list());
        }
        if (keyword("IN")) {
            return new Listed(column, true, list());
        }
        if (keyword("LIKE")) {
            return new Compared(column, Operator.LIKE, value());
        }
        if (keyword("ILIKE")) {
            return new Compared(column, Operator.ILIKE, value());
        }
        return new Compared(column, sign(), value());
    }

    private Column column() {
        String first = name(WORD);
        if (at == text.length() || text.charAt(at) != '.') {
            return new Column("", first);
        }
        at++;
        return new Column(first, isQuote(at, "`\"") ? quoted() : plain(DOTTED));
    }

    private String name(Pattern plain) {
        space();
        return isQuote(at, "`\"") ? quoted() : plain(plain);
    }

    private String plain(Pattern pattern) {
        String word = next(pattern);
        if (word == null) {
            throw wrong("Invalid clause(s) in filter string: '%s'; expected a column such as metrics.accuracy"
                    .formatted(rest()));
        }
        return word;
    }

    private Operator sign() {
        space();
        int begin = at;
        String sign = next(SIGN);
        for (Operator operator : Operator.values()) {
            if (operator.sign().equals(sign)) {
                return operator;
            }
        }
        at = begin;
        throw wrong(
                sign == null
                        ? "Invalid clause(s) in filter string: '%s'; expected a comparison".formatted(rest())
                        : "Invalid comparator '%s'".formatted(sign));
    }

    private Literal value() {
        space();
        if (isQuote(at, "'\"")) {
            return new Literal.Text(quoted());
        }
        int begin = at;
        String number = next(NUMBER);
        if (number != null && Double.isFinite(Double.parseDouble(number))) {
            return new Literal.Numeric(Double.parseDouble(number));
        }
        at = begin;
        throw wrong("Expected a quoted string value or a number. Got value %s".formatted(rest()));
    }

    private List<String> list() {
        symbol('(');
        var values = new ArrayList<String>();
        do {
            space();
            if (!isQuote(at, "'\"")) {
                throw wrong(
                        "While parsing a list in the query, expected a non-empty list of string values, but got ill-formed list.");
            }
            values.add(quoted());
            if (values.size() > MOST_LISTED) {
                throw wrong("a list has at most %d values".formatted(MOST_LISTED));
            }
        } while (optional(','));
        symbol(')');
        return values;
    }

    /** What is between the quote here and the next one that is not doubled. */
    private String quoted() {
        int begin = at;
        char quote = text.charAt(at);
        var found = new StringBuilder();
        for (at++; at < text.length(); at++) {
            if (text.charAt(at) != quote) {
                found.append(text.charAt(at));
            } else if (at + 1 < text.length() && text.charAt(at + 1) == quote) {
                found.append(quote);
                at++;
            } else {
                at++;
                return found.toString();
            }
        }
        at = begin;
        throw wrong("the quote %c is not closed".formatted(quote));
    }

    private boolean keyword(String word) {
        space();
        int begin = at;
        if (word.equalsIgnoreCase(next(WORD))) {
            return true;
        }
        at = begin;
        return false;
    }

    private void expect(String word) {
        if (!keyword(word)) {
            throw wrong("Invalid clause(s) in filter string: expected %s, got '%s'".formatted(word, rest()));
        }
    }

    private boolean optional(char symbol) {
        space();
        if (at < text.length() && text.charAt(at) == symbol) {
            at++;
            return true;
        }
        return false;
    }

    private void symbol(char symbol) {
        if (!optional(symbol)) {
            throw wrong("Invalid clause(s) in filter string: expected %c, got '%s'".formatted(symbol, rest()));
        }
    }

    private @Nullable String next(Pattern pattern) {
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            return null;
        }
        at = matcher.end();
        return matcher.group();
    }

    private boolean isQuote(int place, String quotes) {
        return place < text.length() && quotes.indexOf(text.charAt(place)) >= 0;
    }

    private void space() {
        next(SPACE);
    }

    private boolean atEnd() {
        space();
        return at == text.length();
    }

    private String rest() {
        return text.length() - at <= 40 ? text.substring(at) : text.substring(at, at + 40) + "…";
    }

    private MlflowException wrong(String message) {
        return MlflowException.invalid("%s (at column %d)".formatted(message, at + 1));
    }
}
