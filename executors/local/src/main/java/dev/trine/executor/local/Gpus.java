package dev.trine.executor.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The NVIDIA GPUs of this machine, as their kernel driver tells of them.
 *
 * @param all by the number of their device
 * @param controls devices that every program with a GPU needs
 */
record Gpus(List<Gpu> all, List<Path> controls) {

    private static final Logger LOG = LoggerFactory.getLogger(Gpus.class);

    /**
     * One of them.
     *
     * @param uuid its name for {@code CUDA_VISIBLE_DEVICES}, {@code GPU-…}
     * @param device its file below {@code /dev}
     */
    record Gpu(String uuid, Path device) {}

    static Gpus ofThisMachine() {
        return in(Path.of("/proc/driver/nvidia/gpus"), Path.of("/dev"));
    }

    /**
     * @param driver a folder with one folder per GPU, each with a file {@code information}
     * @param devices where device files are
     */
    static Gpus in(Path driver, Path devices) {
        if (!Files.isDirectory(driver)) {
            return new Gpus(List.of(), List.of());
        }
        try (Stream<Path> folders = Files.list(driver);
                Stream<Path> files = Files.list(devices)) {
            var found = new ArrayList<Gpu>();
            for (Path folder : folders.toList()) {
                Map<String, String> facts = facts(folder.resolve("information"));
                String minor = facts.getOrDefault("Device Minor", "");
                Path device = devices.resolve("nvidia" + minor);
                if (!minor.isEmpty() && Files.exists(device)) {
                    found.add(new Gpu(facts.getOrDefault("GPU UUID", minor), device));
                }
            }
            found.sort(Comparator.comparing(Gpu::device));
            List<Path> controls = files.filter(
                            file -> String.valueOf(file.getFileName()).matches("nvidia-.*|nvidiactl"))
                    .sorted()
                    .toList();
            return new Gpus(found, controls);
        } catch (IOException e) {
            LOG.warn("cannot tell which GPUs are here: {}", e.toString());
            return new Gpus(List.of(), List.of());
        }
    }

    private static Map<String, String> facts(Path information) throws IOException {
        var facts = new HashMap<String, String>();
        for (String line : Files.readAllLines(information)) {
            String[] parts = line.split(":", 2);
            if (parts.length == 2) {
                facts.put(parts[0].strip(), parts[1].strip());
            }
        }
        return facts;
    }

    /** The device files of some of them, with what these need. */
    List<Path> devices(List<Gpu> granted) {
        if (granted.isEmpty()) {
            return List.of();
        }
        var devices = new ArrayList<>(controls);
        granted.forEach(gpu -> devices.add(gpu.device()));
        return devices;
    }
}
