package dev.trine.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** {@code make bench [WHAT="platform inference gateway tracking"]}: measures, and prints tables. */
final class Bench {

    private static final List<String> ALL = List.of("platform", "inference", "gateway", "tracking");

    private Bench() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 2) {
            System.err.println("needed: the distribution's folder, and what to measure");
            System.exit(2);
        }
        Path distribution = Path.of(args[0]).toRealPath();
        Set<String> what =
                args.length == 1 ? Set.copyOf(ALL) : Set.of(args[1].strip().split("\\s+", -1));
        if (!Set.copyOf(ALL).containsAll(what)) {
            System.err.printf("WHAT is one or more of %s, not %s%n", ALL, what);
            System.exit(2);
        }
        System.out.println(machine());
        System.out.println("Figures are medians (least – greatest) of several runs.");
        if (what.contains("platform")) {
            PlatformBench.run(distribution);
        }
        if (what.contains("inference")) {
            InferenceBench.run(distribution);
        }
        if (what.contains("gateway")) {
            GatewayBench.run(distribution);
        }
        if (what.contains("tracking")) {
            TrackingBench.run(distribution);
        }
    }

    private static String machine() throws IOException {
        String processor = "an unnamed processor";
        String memory = "unknown";
        if (Files.exists(Path.of("/proc/cpuinfo"))) {
            processor = value(Path.of("/proc/cpuinfo"), "model name", processor);
            memory = value(Path.of("/proc/meminfo"), "MemTotal", "0").replaceAll("\\D", "");
            memory = Math.round(Long.parseLong(memory) / 1e6) + " GB";
        }
        return "Measured on %d cores of %s, %s of memory, %s, Java %s."
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        processor,
                        memory,
                        System.getProperty("os.name"),
                        System.getProperty("java.version"));
    }

    private static String value(Path file, String name, String otherwise) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            return lines.lines()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(otherwise);
        }
    }
}
