package dev.trine.executor.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which of the machine's files a sandboxed workload sees, besides its own folders: all of them, read-only, but for those below
 * {@code hidden} folders, and of these again those below {@code shown} paths. The nearest one decides.
 *
 * @param hidden folders that are empty for workloads
 * @param shown folders and files below hidden ones that workloads see nevertheless
 */
public record Visibility(List<Path> hidden, List<Path> shown) {

    /** Everything. */
    public static final Visibility EVERYTHING = new Visibility(List.of(), List.of());

    public Visibility {
        hidden = List.copyOf(hidden);
        shown = List.copyOf(shown);
    }

    /**
     * Bubblewrap's options for it, after those that show everything. What is there is looked up now: a folder may have been made
     * since.
     */
    List<String> options() {
        var options = new ArrayList<String>();
        var outer = new LinkedHashMap<Path, Boolean>();
        rules().forEach((path, hide) -> {
            if (hide == nearest(outer, path)) {
                return; // as its surroundings already
            }
            outer.put(path, hide);
            options.addAll(
                    hide
                            ? List.of("--tmpfs", path.toString())
                            : List.of("--ro-bind", path.toString(), path.toString()));
        });
        return options;
    }

    /** Each path with whether it is hidden, outer ones first. */
    private Map<Path, Boolean> rules() {
        var rules = new TreeMap<Path, Boolean>(
                Comparator.<Path>comparingInt(Path::getNameCount).thenComparing(Comparator.naturalOrder()));
        for (Path path : shown) {
            if (Files.exists(path)) {
                // by its name also where that leads over a link
                rules.put(path.toAbsolutePath().normalize(), false);
                rules.put(real(path), false);
            }
        }
        for (Path path : hidden) {
            // the root holds everything: it cannot be hidden
            if (Files.isDirectory(path) && real(path).getNameCount() > 0) {
                rules.put(real(path), true);
            }
        }
        return rules;
    }

    private static boolean nearest(Map<Path, Boolean> outer, Path path) {
        boolean hidden = false;
        for (Map.Entry<Path, Boolean> rule : outer.entrySet()) {
            if (path.startsWith(rule.getKey())) {
                hidden = rule.getValue();
            }
        }
        return hidden;
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath(new LinkOption[0]);
        } catch (IOException goneMeanwhile) {
            return path.toAbsolutePath().normalize();
        }
    }
}
