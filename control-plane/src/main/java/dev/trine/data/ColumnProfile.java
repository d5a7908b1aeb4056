package dev.trine.data;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Watches a column's values go by and knows its type and statistics at the end; bounded memory. */
final class ColumnProfile {

    private static final int MAX_DISTINCT = 1_000;

    private final String name;
    private boolean integers = true;
    private boolean numbers = true;
    private boolean booleans = true;
    private long nulls;
    private double leastNumber = Double.POSITIVE_INFINITY;
    private double greatestNumber = Double.NEGATIVE_INFINITY;
    private @Nullable String least;
    private @Nullable String greatest;
    private @Nullable Set<String> distinct = new HashSet<>();

    ColumnProfile(String name) {
        this.name = name;
    }

    /** False for a value that is a number by name only: NaN or an infinity. */
    boolean accept(String value) {
        if (value.isEmpty()) {
            nulls++;
            return true;
        }
        if (distinct != null && distinct.add(value) && distinct.size() > MAX_DISTINCT) {
            distinct = null;
        }
        if (least == null || value.compareTo(least) < 0) {
            least = value;
        }
        if (greatest == null || value.compareTo(greatest) > 0) {
            greatest = value;
        }
        booleans = booleans && isBoolean(value);
        if (numbers) {
            return number(value);
        }
        return true;
    }

    private boolean number(String value) {
        double number;
        try {
            number = Double.parseDouble(value);
        } catch (NumberFormatException text) {
            numbers = false;
            integers = false;
            return !isNotFinite(value);
        }
        if (!Double.isFinite(number)) {
            return false;
        }
        leastNumber = Math.min(leastNumber, number);
        greatestNumber = Math.max(greatestNumber, number);
        integers = integers && isInteger(value);
        return true;
    }

    private static boolean isNotFinite(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "nan", "inf", "-inf", "+inf", "infinity", "-infinity" -> true;
            default -> false;
        };
    }

    private static boolean isBoolean(String value) {
        return value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
    }

    private static boolean isInteger(String value) {
        try {
            Long.parseLong(value);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    Column column() {
        Column.Type type = least == null
                ? Column.Type.STRING
                : booleans
                        ? Column.Type.BOOLEAN
                        : integers ? Column.Type.INTEGER : numbers ? Column.Type.NUMBER : Column.Type.STRING;
        boolean numeric = type == Column.Type.INTEGER || type == Column.Type.NUMBER;
        return new Column(
                name,
                type,
                nulls,
                numeric ? text(leastNumber, type) : least,
                numeric ? text(greatestNumber, type) : greatest,
                distinct == null ? null : distinct.size());
    }

    private static String text(double number, Column.Type type) {
        return type == Column.Type.INTEGER ? Long.toString((long) number) : Double.toString(number);
    }
}
