package dev.trine.executor.local;

import com.sun.management.OperatingSystemMXBean;
import dev.trine.lib.workload.Node;
import dev.trine.lib.workload.Resources;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What this machine offers. Limits of a container around the platform count. */
final class LocalNode {

    private static final Path NVIDIA = Path.of("/proc/driver/nvidia/gpus");

    private LocalNode() {}

    static Node describe(Sandbox sandbox) {
        long memory =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        String host = hostName();
        return new Node(
                "local-" + host.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-"),
                host,
                new Resources(Runtime.getRuntime().availableProcessors(), memory, gpus()),
                sandbox.name().toLowerCase(Locale.ROOT),
                Map.of(
                        "os", System.getProperty("os.name").toLowerCase(Locale.ROOT),
                        "arch", System.getProperty("os.arch")));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private static int gpus() {
        if (!Files.isDirectory(NVIDIA)) {
            return 0;
        }
        try (Stream<Path> devices = Files.list(NVIDIA)) {
            return (int) devices.count();
        } catch (IOException unreadable) {
            return 0;
        }
    }
}
