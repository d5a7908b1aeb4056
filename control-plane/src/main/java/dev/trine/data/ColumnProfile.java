package dev.trine.data;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Watches a column's values go by and knows its type and statistics at the end; bounded memory. */
final class ColumnProfile {

    /** No more characters of a least or greatest text are kept. */
    static final int MOST_TEXT = 256;

    private static final int MOST_DISTINCT = 1_000;
    private static final int MOST_DISTINCT_OF_A_TABLE = 500_000;

    private final String name;
    private final int mostDistinct;
    private boolean integers = true;
    private boolean numbers = true;
    private boolean booleans = true;
    private long nulls;
    private long leastInteger = Long.MAX_VALUE;
    private long greatestInteger = Long.MIN_VALUE;
    private double leastNumber = Double.POSITIVE_INFINITY;
    private double greatestNumber = Double.NEGATIVE_INFINITY;
    private @Nullable String least;
    private @Nullable String greatest;
    private @Nullable HashSet64 distinct = new HashSet64();

    /** @param columns how many the table has: they share the memory for different values */
    ColumnProfile(String name, int columns) {
        this.name = name;
        this.mostDistinct = Math.min(MOST_DISTINCT, MOST_DISTINCT_OF_A_TABLE / columns);
    }

    /** False for a value that is a number by name only: NaN or an infinity. */
    boolean accept(String value) {
        if (value.isEmpty()) {
            nulls++;
            return true;
        }
        if (distinct != null && distinct.add(TextHash.of(value)) && distinct.size() > mostDistinct) {
            distinct = null;
        }
        if (least == null || value.compareTo(least) < 0) {
            least = start(value);
        }
        if (greatest == null || value.compareTo(greatest) > 0) {
            greatest = start(value);
        }
        booleans = booleans && isBoolean(value);
        if (numbers) {
            return number(value);
        }
        return true;
    }

    /** The first characters of a text, and no half of one. */
    private static String start(String value) {
        if (value.length() <= MOST_TEXT) {
            return value;
        }
        return value.substring(0, Character.isHighSurrogate(value.charAt(MOST_TEXT - 1)) ? MOST_TEXT - 1 : MOST_TEXT);
    }

    private boolean number(String value) {
        double number;
        try {
            number = Double.parseDouble(value);
        } catch (NumberFormatException text) {
            return text(!isNotFinite(value));
        }
        if (isOnlyJavas(value)) {
            return text(true);
        }
        if (!Double.isFinite(number)) {
            return false;
        }
        leastNumber = Math.min(leastNumber, number);
        greatestNumber = Math.max(greatestNumber, number);
        integers = integers && integer(value);
        return true;
    }

    private boolean text(boolean acceptable) {
        numbers = false;
        integers = false;
        return acceptable;
    }

    private boolean integer(String value) {
        try {
            long integer = Long.parseLong(value);
            leastInteger = Math.min(leastInteger, integer);
            greatestInteger = Math.max(greatestInteger, integer);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Of what {@link Double#parseDouble} takes, what is a number in Java's source only: {@code 1d}, {@code 0x1p3}. */
    private static boolean isOnlyJavas(String number) {
        String digits = number.trim();
        return switch (digits.charAt(digits.length() - 1)) {
            case 'd', 'D', 'f', 'F' -> true;
            default -> digits.indexOf('x') >= 0 || digits.indexOf('X') >= 0;
        };
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

    Column column() {
        Integer different = distinct == null ? null : distinct.size();
        if (least == null) {
            return new Column(name, Column.Type.STRING, nulls, null, null, different);
        }
        if (integers) {
            return new Column(
                    name,
                    Column.Type.INTEGER,
                    nulls,
                    Long.toString(leastInteger),
                    Long.toString(greatestInteger),
                    different);
        }
        if (numbers) {
            return new Column(
                    name,
                    Column.Type.NUMBER,
                    nulls,
                    Double.toString(leastNumber),
                    Double.toString(greatestNumber),
                    different);
        }
        return new Column(name, booleans ? Column.Type.BOOLEAN : Column.Type.STRING, nulls, least, greatest, different);
    }
}
