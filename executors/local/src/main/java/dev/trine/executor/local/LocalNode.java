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
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** What this machine offers. Limits of a container around the platform count. */
final class LocalNode {

    private static final String ID_FILE = ".node";

    private LocalNode() {}

    /**
     * @param root where attempts are kept; it keeps the node's id too, because whoever has these attempts is that node, whatever
     *     network the machine is in and what it is called there
     */
    static Node describe(Path root, Sandbox sandbox, Gpus gpus) throws IOException {
        long memory =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        return new Node(
                id(root.resolve(ID_FILE)),
                hostName(),
                new Resources(
                        Runtime.getRuntime().availableProcessors(),
                        memory,
                        gpus.all().size()),
                sandbox.name().toLowerCase(Locale.ROOT),
                Map.of(
                        "os", System.getProperty("os.name").toLowerCase(Locale.ROOT),
                        "arch", System.getProperty("os.arch")));
    }

    private static String id(Path file) throws IOException {
        if (!Files.exists(file) || Files.readString(file).isBlank()) {
            Path part = file.resolveSibling(ID_FILE + ".part");
            Files.writeString(part, "local-" + UUID.randomUUID());
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        return Files.readString(file).strip();
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
