package dev.trine.executor.local;

import dev.trine.lib.workload.WorkloadSpec.Network;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How sandboxed workloads leave networks in which they are alone: by Unix sockets in folders that both sides see. One leads to the
 * platform's front door, one to the {@linkplain EgressProxy proxy} to the internet.
 */
final class WaysOut implements Closeable {

    /** The longest path of a Unix socket (108 bytes on Linux, 104 on macOS), with room for its name. */
    private static final int LONGEST_SOCKET_FOLDER = 90;

    /** A workload's own servers, which it does not reach by the proxy. */
    private static final List<String> OWN_NAMES = List.of("localhost", "127.0.0.1", "::1");

    private final List<Closeable> listening = new ArrayList<>();
    private List<Way> toPlatform = List.of();
    private List<Way> toInternet = List.of();
    private Map<String, String> variables = Map.of();

    /**
     * One of them.
     *
     * @param folder that of its socket, outside
     * @param inside the same folder as a workload sees it
     * @param socket the name of its socket
     * @param port the port of the sandbox's loopback that leads to it
     */
    record Way(Path folder, Path inside, String socket, int port) {}

    /**
     * Begins to listen, where workloads have networks of their own and a platform to reach.
     *
     * @param root the folder below which attempts are
     * @param node this machine's id
     * @param internet where the proxy goes
     */
    WaysOut(LocalSettings settings, Path root, String node, EgressProxy.Destinations internet) throws IOException {
        URI platform = settings.platform();
        URI door = settings.door();
        if (settings.sandbox() != Sandbox.BUBBLEWRAP || platform == null || door == null) {
            return;
        }
        var way = new Way(folder(root, "door", node), Sandbox.INSIDE.resolve("door"), "platform", port(platform));
        listening.add(Relay.outside(way.folder.resolve(way.socket), door.getHost(), port(door)));
        int port = way.port == EgressProxy.PORT ? EgressProxy.PORT + 1 : EgressProxy.PORT;
        var proxy = new Way(folder(root, "egress", node), Sandbox.INSIDE.resolve("egress"), "proxy", port);
        listening.add(EgressProxy.at(proxy.folder.resolve(proxy.socket), internet));
        toPlatform = List.of(way);
        toInternet = List.of(way, proxy);
        variables = variables("http://127.0.0.1:" + port, without(platform.getHost()));
    }

    private static String without(String platform) {
        return Stream.concat(OWN_NAMES.stream(), Stream.of(platform)).distinct().collect(Collectors.joining(","));
    }

    /** By both spellings, as programs differ in which they read. */
    private static Map<String, String> variables(String proxy, String without) {
        return Map.of(
                "HTTP_PROXY", proxy,
                "HTTPS_PROXY", proxy,
                "NO_PROXY", without,
                "http_proxy", proxy,
                "https_proxy", proxy,
                "no_proxy", without);
    }

    /** Those that a workload has. */
    List<Way> of(Network network) {
        return switch (network) {
            case NONE, HOST -> List.of();
            case PLATFORM -> toPlatform;
            case INTERNET -> toInternet;
        };
    }

    /** The variables by which a workload's programs find the proxy, if it may use it. */
    Map<String, String> variables(Network network) {
        return network == Network.INTERNET ? variables : Map.of();
    }

    /**
     * The same folder after a restart, because workloads that run on have it: beside the attempts, or where their path is too long
     * for a socket, in a folder for temporary files.
     */
    private static Path folder(Path root, String name, String node) throws IOException {
        String elsewhere = "trine-%s-%s".formatted(name, node.substring(node.length() - 12));
        Path folder = Stream.of(
                        root.resolve("." + name),
                        Path.of(System.getProperty("java.io.tmpdir"), elsewhere),
                        Path.of("/tmp", elsewhere))
                .filter(path -> path.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKET_FOLDER)
                .findFirst()
                .orElseThrow();
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(folder);
        } else if (!Files.getOwner(folder).equals(Files.getOwner(root))) {
            throw new IOException("%s is somebody else's; take it away".formatted(folder));
        }
        return folder;
    }

    private static int port(URI platform) {
        if (platform.getPort() > 0) {
            return platform.getPort();
        }
        return "https".equals(platform.getScheme()) ? 443 : 80;
    }

    @Override
    public void close() throws IOException {
        for (Closeable each : listening) {
            each.close();
        }
    }
}
