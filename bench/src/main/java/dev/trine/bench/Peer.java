package dev.trine.bench;

import dev.trine.cli.Polling;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A reverse proxy as a process, all on the loopback address. Each is set up alike: kept connections on both sides, bodies passed on
 * as they come, no access log, as many event loops as cores.
 */
record Peer(String name, int port, ProcessTree process) implements AutoCloseable {

    private static final Duration MOST_WAIT = Duration.ofSeconds(20);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    /** How the gateway's JVM is started, the same as in its image, but with a heap that does not depend on this machine's memory. */
    static final List<String> GATEWAY_JVM = List.of("@gateway/jvm.options", "-Xmx128m");

    /** Answers every request with 200 and a body of 27 bytes, in one process of one loop. */
    static Peer fixedAnswer(Path folder) throws IOException, InterruptedException {
        int port = Ports.free();
        return nginx("upstream", folder, port, 1, """
                server {
                  listen 127.0.0.1:%d backlog=4096;
                  client_max_body_size 64m;
                  location / { return 200 '{"outputs":[{"data":[0.5]}]}'; default_type application/json; }
                }
                """.formatted(port));
    }

    static Peer nginx(Path folder, int upstream, int events) throws IOException, InterruptedException {
        int port = Ports.free();
        return nginx("nginx", folder, port, Runtime.getRuntime().availableProcessors(), """
                upstream fixed { server 127.0.0.1:%d; keepalive 512; keepalive_requests 1000000; }
                upstream events { server 127.0.0.1:%d; keepalive 64; }
                server {
                  listen 127.0.0.1:%d backlog=4096;
                  client_max_body_size 64m;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_set_header Host $host;
                  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                  proxy_set_header X-Request-Id $request_id;
                  proxy_buffering off;
                  proxy_request_buffering off;
                  location /serve/bench/digits/ { proxy_pass http://fixed/; }
                  location /serve/bench/events/ { proxy_pass http://events/; }
                }
                """.formatted(
                        upstream, events, port));
    }

    private static Peer nginx(String name, Path folder, int port, int workers, String servers)
            throws IOException, InterruptedException {
        Path home = Files.createDirectories(folder.resolve(name));
        Path settings = Files.writeString(
                home.resolve("nginx.conf"), """
                daemon off;
                master_process on;
                worker_processes %d;
                worker_rlimit_nofile 65536;
                pid %s/pid;
                error_log %s/error.log;
                events { worker_connections 24000; }
                http {
                  access_log off;
                  keepalive_timeout 300s;
                  keepalive_requests 100000000;
                  client_body_temp_path %s/body;
                  proxy_temp_path %s/proxy;
                  fastcgi_temp_path %s/f; uwsgi_temp_path %s/u; scgi_temp_path %s/s;
                %s}
                """.formatted(workers, home, home, home, home, home, home, home, servers));
        return started(name, port, folder, Map.of(), List.of("nginx", "-c", settings.toString()));
    }

    static Peer haproxy(Path folder, int upstream, int events) throws IOException, InterruptedException {
        int port = Ports.free();
        Path settings = Files.writeString(folder.resolve("haproxy.cfg"), """
                global
                  nbthread %d
                  maxconn 12000
                  no strict-limits
                defaults
                  mode http
                  timeout connect 2s
                  timeout client 300s
                  timeout server 300s
                  http-reuse always
                  option forwardfor
                frontend all
                  bind 127.0.0.1:%d backlog 4096
                  use_backend events if { path_beg /serve/bench/events/ }
                  default_backend fixed
                backend fixed
                  server one 127.0.0.1:%d
                backend events
                  server one 127.0.0.1:%d
                """.formatted(
                        Runtime.getRuntime().availableProcessors(), port, upstream, events));
        return started("HAProxy", port, folder, Map.of(), List.of("haproxy", "-db", "-f", settings.toString()));
    }

    /** @param controlPlane the port that the routing is streamed from */
    static Peer trine(Path folder, Path distribution, int controlPlane) throws IOException, InterruptedException {
        int port = Ports.free();
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                distribution.resolve("lib") + "/*"));
        command.addAll(GATEWAY_JVM);
        String more = System.getenv("TRINE_JAVA_OPTS");
        if (more != null && !more.isBlank()) {
            command.addAll(List.of(more.strip().split("\\s+", -1)));
        }
        command.add("dev.trine.gateway.Gateway");
        return started(
                "Trine",
                port,
                folder,
                Map.of(
                        "TRINE_GATEWAY_HOST", "127.0.0.1",
                        "TRINE_GATEWAY_PORT", Integer.toString(port),
                        "TRINE_CONTROL_PLANE_URL", "http://127.0.0.1:" + controlPlane,
                        "TRINE_INTERNAL_TOKEN", "bench",
                        "TRINE_ACCESS_LOG", "off"),
                command);
    }

    private static Peer started(
            String name, int port, Path folder, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile());
        builder.environment().putAll(environment);
        var peer = new Peer(name, port, new ProcessTree(builder.start().toHandle()));
        peer.awaitPort();
        return peer;
    }

    private void awaitPort() throws IOException, InterruptedException {
        Optional<Boolean> listens = Polling.until(MOST_WAIT, LOOK_AGAIN, () -> {
            if (!process.root().isAlive()) {
                return Optional.of(false);
            }
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                return Optional.of(true);
            } catch (IOException notYet) {
                return Optional.empty();
            }
        });
        if (!listens.orElse(false)) {
            close();
            throw new IOException(name + " does not listen");
        }
    }

    /** Waits until a request is answered with 200, as it is when the routing has come. */
    void awaitAnswer(String path, String key) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .header("Authorization", "Bearer " + key)
                    .build();
            var _ = Polling.until(
                            MOST_WAIT,
                            LOOK_AGAIN,
                            () -> Optional.of(client.send(request, BodyHandlers.discarding())
                                            .statusCode())
                                    .filter(status -> status == 200))
                    .orElseThrow(() -> new IOException("%s does not answer 200 at %s".formatted(name, path)));
        }
    }

    @Override
    public void close() {
        process.root().destroy();
        try {
            process.root().onExit().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            process.root().destroyForcibly();
        }
    }
}
