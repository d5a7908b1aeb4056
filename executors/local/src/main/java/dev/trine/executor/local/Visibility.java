package dev.trine.executor.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which of the machine's files a sandboxed workload sees, besides its own folders: those of the system that programs are made of,
 * and those below {@code shown} paths, read-only; of these again not those below {@code hidden} folders. The nearest one decides.
 *
 * @param hidden folders that are empty for workloads even where they lie below shown ones
 * @param shown folders and files that workloads see besides the system's
 */
public record Visibility(List<Path> hidden, List<Path> shown) {

    /** What the system is made of. */
    public static final Visibility SYSTEM_ALONE = new Visibility(List.of(), List.of());

    /** Programs and libraries; the first is a folder everywhere, and the others mostly links into it. NixOS has the last. */
    private static final List<String> SYSTEM =
            List.of("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store");

    /** What programs look up in {@code /etc}, none of it secret. */
    private static final List<String> OF_ETC = List.of(
            "alternatives",
            "ca-certificates",
            "ca-certificates.conf",
            "fonts",
            "gai.conf",
            "ld.so.cache",
            "ld.so.conf",
            "ld.so.conf.d",
            "locale.alias",
            "localtime",
            "magic",
            "mime.types",
            "nsswitch.conf",
            "OpenCL",
            "os-release",
            "pki/ca-trust",
            "pki/tls/cert.pem",
            "pki/tls/certs",
            "protocols",
            "resolv.conf",
            "services",
            "ssl/certs",
            "ssl/openssl.cnf",
            "timezone",
            "vulkan");

    public Visibility {
        hidden = List.copyOf(hidden);
        shown = List.copyOf(shown);
    }

    /** The same, with more shown. */
    Visibility showing(List<Path> more) {
        return new Visibility(
                hidden, Stream.concat(shown.stream(), more.stream()).toList());
    }

    /**
     * Bubblewrap's options for it, on an empty root. What is there is looked up now: a folder may have been made since.
     */
    List<String> options() {
        var options = new ArrayList<String>();
        var outer = new LinkedHashMap<Path, Boolean>();
        for (String path : SYSTEM) {
            Path folder = Path.of(path);
            if (Files.isSymbolicLink(folder)) {
                options.addAll(List.of("--symlink", target(folder), path));
            } else if (Files.isDirectory(folder)) {
                show(options, folder);
                outer.put(folder, false);
            }
        }
        options.addAll(List.of("--dir", "/etc"));
        ofEtc().filter(Files::exists).forEach(path -> show(options, path));
        rules().forEach((path, hide) -> {
            if (hide == nearest(outer, path)) {
                return; // as its surroundings already
            }
            outer.put(path, hide);
            if (hide) {
                options.addAll(List.of("--tmpfs", path.toString()));
            } else {
                show(options, path);
            }
        });
        return options;
    }

    /** With the settings of installed Javas and Pythons, whose names have versions in them. */
    private static Stream<Path> ofEtc() {
        Path etc = Path.of("/etc");
        Stream<Path> named = OF_ETC.stream().map(etc::resolve);
        try (Stream<Path> all = Files.list(etc)) {
            List<Path> languages = all.filter(
                            path -> String.valueOf(path.getFileName()).matches("(java|python)[-0-9.]+.*"))
                    .toList();
            return Stream.concat(named, languages.stream());
        } catch (IOException notReadable) {
            return named;
        }
    }

    private static void show(List<String> options, Path path) {
        way(options, path);
        options.addAll(List.of("--ro-bind", path.toString(), path.toString()));
    }

    /** The folders above a path, which everybody may pass; bubblewrap by itself makes them as closed as what lies below. */
    static void way(List<String> options, Path path) {
        for (int names = 1; names < path.getNameCount(); names++) {
            options.addAll(List.of("--dir", "/" + path.subpath(0, names)));
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException goneMeanwhile) {
            return "usr" + link;
        }
    }

    /** Each path with whether it is hidden, outer ones first. */
    private Map<Path, Boolean> rules() {
        var rules = new TreeMap<Path, Boolean>(
                Comparator.<Path>comparingInt(Path::getNameCount).thenComparing(Comparator.naturalOrder()));
        for (Path path : shown) {
            // the root would take the place of all that this is about
            if (Files.exists(path) && real(path).getNameCount() > 0) {
                // by its name also where that leads over a link
                rules.put(path.toAbsolutePath().normalize(), false);
                rules.put(real(path), false);
            }
        }
        for (Path path : hidden) {
            if (Files.isDirectory(path) && real(path).getNameCount() > 0) {
                rules.put(real(path), true);
            }
        }
        return rules;
    }

    private static boolean nearest(Map<Path, Boolean> outer, Path path) {
        boolean hidden = true;
        for (Map.Entry<Path, Boolean> rule : outer.entrySet()) {
            if (path.startsWith(rule.getKey())) {
                hidden = rule.getValue();
            }
        }
        return hidden;
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException goneMeanwhile) {
            return path.toAbsolutePath().normalize();
        }
    }
}
