package dev.trine.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Prints answers: as a table for people, or as the API's JSON for programs. */
public final class Output {

    /** How to print. */
    public enum Format {
        table,
        json
    }

    private final PrintWriter out;
    private final Format format;

    private Output(PrintWriter out, Format format) {
        this.out = out;
        this.format = format;
    }

    /** On standard output. */
    public static Output of(Format format) {
        return new Output(new PrintWriter(System.out, false, StandardCharsets.UTF_8), format);
    }

    boolean forPeople() {
        return format == Format.table;
    }

    /** A line for people; programs do not see it. */
    public void say(String line) {
        if (forPeople()) {
            out.println(line);
            out.flush();
        }
    }

    /** The answer itself for programs; nothing for people. */
    public void answer(JsonNode node) {
        if (!forPeople()) {
            out.println(Api.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node));
            out.flush();
        }
    }

    /** One small answer of many, on a line of its own; nothing for people. */
    void line(JsonNode node) {
        if (!forPeople()) {
            out.println(node);
            out.flush();
        }
    }

    /** A list: columns are {@code HEADER=path.to.member}; a member that ends in {@code Bytes} is told in units for people. */
    void list(JsonNode items, String... columns) {
        list(items, items, columns);
    }

    /** The same where the answer for programs has more than the list. */
    void list(JsonNode answer, JsonNode items, String... columns) {
        if (!forPeople()) {
            answer(answer);
            return;
        }
        var rows = new ArrayList<List<String>>();
        rows.add(IntStream.range(0, columns.length)
                .mapToObj(i -> columns[i].substring(0, columns[i].indexOf('=')))
                .toList());
        for (JsonNode item : items) {
            rows.add(IntStream.range(0, columns.length)
                    .mapToObj(i -> cell(item, columns[i].substring(columns[i].indexOf('=') + 1)))
                    .toList());
        }
        print(rows);
        if (rows.size() == 1) {
            out.println("(none)");
        }
        out.flush();
    }

    private void print(List<List<String>> rows) {
        int[] widths = new int[rows.getFirst().size()];
        rows.forEach(row -> IntStream.range(0, widths.length)
                .forEach(i -> widths[i] = Math.max(widths[i], row.get(i).length())));
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static String cell(JsonNode item, String path) {
        JsonNode node = item;
        for (String member : path.split("\\.", -1)) {
            node = node.path(member);
        }
        if (node.isArray()) {
            return IntStream.range(0, node.size())
                    .mapToObj(i -> node(item, path).get(i).asString(""))
                    .reduce((a, b) -> a + "," + b)
                    .orElse("-");
        }
        if (node.isMissingNode() || node.isNull()) {
            return "-";
        }
        if (node.isObject()) {
            return node.propertyStream()
                    .map(member -> member.getKey() + "=" + member.getValue().asString(""))
                    .collect(Collectors.joining(","));
        }
        return path.endsWith("Bytes") ? bytes(node.asLong()) : node.asString("");
    }

    private static JsonNode node(JsonNode item, String path) {
        JsonNode node = item;
        for (String member : path.split("\\.", -1)) {
            node = node.path(member);
        }
        return node;
    }

    private static String bytes(long count) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double value = count;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    }
}
