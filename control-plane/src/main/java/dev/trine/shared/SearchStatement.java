package dev.trine.shared;

import dev.trine.shared.Search.Comparison;
import dev.trine.shared.Search.Condition;
import dev.trine.shared.Search.Match;
import dev.trine.shared.Search.Order;
import dev.trine.shared.SearchColumns.Value;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.JacksonException;

/**
 * A search as SQL that is put together of fixed pieces; whatever a caller says is a parameter. Pages go by key: what is ordered by has
 * the column names {@code k0}, {@code k1}, …, and a token holds their values in the last row, and those of the ties.
 *
 * @param <C> what it can be searched by
 */
public final class SearchStatement<C> implements SearchColumns.Parameters {

    /** A column that is never null and orders what is equal otherwise. */
    public record Tie(String column, Kind kind, boolean ascending) {

        /** What a column holds. */
        public enum Kind {
            ID,
            NUMBER,
            TEXT,
            TIME
        }

        private String ordered() {
            return kind == Kind.TEXT ? column + " COLLATE \"C\"" : column;
        }

        private String token(ResultSet row) throws SQLException {
            return kind == Kind.TIME ? Rows.instant(row, column).toString() : row.getString(column);
        }

        /** @throws IllegalArgumentException or {@link DateTimeException} if it does not come from a token of ours */
        private Object parameter(String token) {
            return switch (kind) {
                case ID -> UUID.fromString(token);
                case NUMBER -> Long.valueOf(token);
                case TEXT -> token;
                case TIME -> Rows.utc(Instant.parse(token));
            };
        }
    }

    /**
     * What is searched.
     *
     * @param names of the columns of what is found
     * @param columns the same as they are selected, so that these are their names
     * @param tables what stands between {@code FROM} and {@code WHERE}
     * @param where at least one condition; its columns are named with their tables, since entries of others may be joined
     */
    public record Rowset(String names, String columns, String tables, String where) {}

    /** What of the order is compared: an expression over the columns, and the same of the last row. */
    private record Key(String sql, boolean ascending, String last) {}

    private final SearchColumns<C> columns;
    private final List<Tie> ties;
    private final Map<String, Object> parameters = new HashMap<>();
    /** Names of the entries that are joined, by their tables and keys. */
    private final Map<List<String>, String> entries = new HashMap<>();
    /** The same as SQL. */
    private final StringBuilder joined = new StringBuilder();
    /** Further columns to select, each with a comma before it. */
    private final StringBuilder selected = new StringBuilder();
    /** Conditions on the table's rows, each with an AND before it. */
    private final StringBuilder where = new StringBuilder();

    private final List<Key> keys = new ArrayList<>();
    /** The names of what is ordered by. */
    private final List<String> ordered;
    /** The condition on the selected rows. */
    private final String after;

    /** @param token of the page before; null or empty for the first one */
    public SearchStatement(Search<C> search, SearchColumns<C> columns, List<Tie> ties, @Nullable String token) {
        this.columns = columns;
        this.ties = List.copyOf(ties);
        ordered = IntStream.range(0, search.orderBy().size())
                .mapToObj(index -> "k" + index)
                .toList();
        for (Condition<C> condition : search.where()) {
            where.append(" AND ").append(sql(condition));
        }
        String given = token == null ? "" : token;
        boolean first = given.isEmpty();
        int size = ordered.size() + ties.size();
        List<@Nullable String> last = first ? Collections.nCopies(size, null) : read(given, size);
        int index = 0;
        for (Order<C> order : search.orderBy()) {
            order(index, order, last.get(index));
            index++;
        }
        for (Tie tie : ties) {
            String name = "last" + index;
            if (!first) {
                parameters.put(name, read(tie, last.get(index)));
            }
            keys.add(new Key(tie.ordered(), tie.ascending(), ":" + name));
            index++;
        }
        after = first ? "true" : after(0);
    }

    /**
     * The page.
     *
     * @param given the parameters that the rowset has
     * @param row reads a row of the rowset
     */
    public <T> Page<T> page(JdbcClient jdbc, Rowset rowset, Map<String, ?> given, int size, RowMapper<T> row) {
        var tokens = new ArrayList<String>();
        List<T> found = jdbc.sql(sql(rowset))
                .params(parameters)
                .params(given)
                .param("limit", size + 1)
                .query((result, number) -> {
                    tokens.add(token(result));
                    return row.mapRow(result, number);
                })
                .list();
        return found.size() <= size
                ? new Page<>(found, null)
                : new Page<>(found.subList(0, size), tokens.get(size - 1));
    }

    /** How many rows there are in all, whatever the page. */
    public long count(JdbcClient jdbc, Rowset rowset, Map<String, ?> given) {
        return jdbc.sql("SELECT count(*) " + from(rowset))
                .params(parameters)
                .params(given)
                .query(Long.class)
                .single();
    }

    private String sql(Rowset rowset) {
        var names = new StringBuilder(rowset.names());
        ordered.forEach(name -> names.append(", ").append(name));
        var orderBy = new StringJoiner(", ");
        keys.forEach(key -> orderBy.add(key.sql() + (key.ascending() ? " ASC" : " DESC")));
        return """
                SELECT %s
                  FROM (SELECT %s%s %s) AS found
                 WHERE %s
                 ORDER BY %s
                 LIMIT :limit
                """.formatted(names, rowset.columns(), selected, from(rowset), after, orderBy);
    }

    private String from(Rowset rowset) {
        return "FROM %s%s WHERE %s%s".formatted(rowset.tables(), joined, rowset.where(), where);
    }

    private String token(ResultSet row) throws SQLException {
        var last = new ArrayList<@Nullable String>();
        for (String column : ordered) {
            last.add(row.getString(column));
        }
        for (Tie tie : ties) {
            last.add(tie.token(row));
        }
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Json.write(last).getBytes(StandardCharsets.UTF_8));
    }

    private void order(int index, Order<C> order, @Nullable String last) {
        String column = ordered.get(index);
        Value value = columns.value(order.column(), this).ordered();
        selected.append(", ").append(value.sql()).append(" AS ").append(column);
        String name = "last" + index;
        boolean nan = value.number() && "NaN".equals(last);
        keys.add(new Key(
                value.number()
                        ? "CASE WHEN %1$s IS NULL THEN 2 WHEN %1$s = 'NaN' THEN 1 ELSE 0 END".formatted(column)
                        : "CASE WHEN %s IS NULL THEN 2 ELSE 0 END".formatted(column),
                true,
                last == null ? "2" : nan ? "1" : "0"));
        if (value.number()) {
            parameters.put(name, last == null || nan ? "0" : number(last));
            keys.add(new Key(
                    "coalesce(nullif(%s, 'NaN'), 0)".formatted(column),
                    order.ascending(),
                    "CAST(:%s AS double precision)".formatted(name)));
        } else {
            parameters.put(name, last == null ? "" : last);
            keys.add(new Key(
                    "coalesce(%s, '') COLLATE \"C\"".formatted(column),
                    order.ascending(),
                    "CAST(:%s AS text)".formatted(name)));
        }
    }

    /** What comes after the last row; the first comparison alone lets an index be entered at the right place. */
    private String after(int from) {
        Key key = keys.get(from);
        String sign = key.ascending() ? " > " : " < ";
        String beyond = key.sql() + sign + key.last();
        if (from == keys.size() - 1) {
            return beyond;
        }
        String nested = "(%s OR (%s = %s AND %s))".formatted(beyond, key.sql(), key.last(), after(from + 1));
        return from == 0 ? "%s%s= %s AND %s".formatted(key.sql(), sign.stripTrailing(), key.last(), nested) : nested;
    }

    @Override
    public String entry(String table, String belongs, String key) {
        return entries.computeIfAbsent(List.of(table, key), entry -> {
            String name = "entry" + entries.size();
            joined.append(" LEFT JOIN %s AS %s ON %s AND %2$s.key = %s"
                    .formatted(table, name, belongs.formatted(name), add(key)));
            return name;
        });
    }

    @Override
    public String add(Object value) {
        String name = "value" + parameters.size();
        parameters.put(name, value);
        return ":" + name;
    }

    private String sql(Condition<C> condition) {
        Value value = columns.value(condition.column(), this);
        SearchColumns.Among among = value.among();
        if (among == null) {
            return sql(condition, value.sql());
        }
        return condition instanceof Condition.Present<C> present
                ? (present.present() ? "EXISTS (SELECT 1 %s)" : "NOT EXISTS (SELECT 1 %s)").formatted(among.from())
                : "EXISTS (SELECT 1 %s AND %s)".formatted(among.from(), sql(condition, value.sql()));
    }

    private String sql(Condition<C> condition, String sql) {
        return switch (condition) {
            case Condition.Compared<C> number -> {
                String compared = "%s %s %s".formatted(sql, sign(number.comparison()), add(number.value()));
                yield number.comparison() == Comparison.DIFFERENT
                        ? compared
                        : compared + " AND %s <> 'NaN'".formatted(sql);
            }
            case Condition.Text<C> text -> sql(text.match()).formatted(sql, add(text.value()));
            case Condition.OneOf<C> oneOf ->
                "CAST(%s AS text) %s (%s)"
                        .formatted(
                                sql,
                                oneOf.within() ? "= ANY" : "<> ALL",
                                add(oneOf.values().toArray(String[]::new)));
            case Condition.Present<C> present -> sql + (present.present() ? " IS NOT NULL" : " IS NULL");
        };
    }

    private static String sign(Comparison comparison) {
        return switch (comparison) {
            case EQUAL -> "=";
            case DIFFERENT -> "<>";
            case LESS -> "<";
            case LESS_OR_EQUAL -> "<=";
            case MORE -> ">";
            case MORE_OR_EQUAL -> ">=";
        };
    }

    /** How a column and a text are compared; a backslash in a pattern is a backslash. */
    private static String sql(Match match) {
        return switch (match) {
            case EQUAL -> "%s = %s";
            case DIFFERENT -> "%s <> %s";
            case LIKE -> "%s LIKE %s ESCAPE ''";
            case LIKE_IN_ANY_CASE -> "%s ILIKE %s ESCAPE ''";
            case WITHIN_IN_ANY_CASE -> "strpos(lower(%s), lower(%s)) > 0";
        };
    }

    private static List<@Nullable String> read(String token, int size) {
        try {
            @Nullable
            String[] read =
                    Json.read(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8), String[].class);
            if (read != null && read.length == size) {
                return Arrays.asList(read);
            }
        } catch (IllegalArgumentException | JacksonException notOurs) {
            // told below
        }
        throw foreign(token);
    }

    private static Object read(Tie tie, @Nullable String text) {
        if (text != null) {
            try {
                return tie.parameter(text);
            } catch (IllegalArgumentException | DateTimeException notOurs) {
                // told below
            }
        }
        throw foreign(String.valueOf(text));
    }

    private static String number(String text) {
        try {
            return Double.toString(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            throw foreign(text);
        }
    }

    private static TrineException foreign(String token) {
        return new TrineException(
                ErrorCode.INVALID_PAGE_TOKEN, "'%s' is no page token of this search".formatted(token));
    }
}
