package dev.trine.system;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What can happen to a platform from one moment to the next. */
enum Disaster {
    PLATFORM_KILLED("KILL"),
    /** For a while. */
    PLATFORM_FROZEN("STOP"),
    DATABASE_KILLED("KILL"),
    DATABASE_FROZEN("STOP"),
    REDIS_KILLED("KILL"),
    REDIS_FROZEN("STOP"),
    REDIS_EMPTIED("FLUSHALL"),
    SUPERVISOR_KILLED("KILL"),
    SUPERVISOR_FROZEN("STOP"),
    REPLICA_KILLED("KILL"),
    REPLICA_FROZEN("STOP");

    private static final String MODEL_SERVER = "ModelServer";
    private static final int FROZEN_SECONDS = 10;

    /** A signal to a process, or what Redis is told. */
    private final String blow;

    Disaster(String blow) {
        this.blow = blow;
    }

    /** The processes of which one is struck. */
    private List<Long> victims(KeptPlatform platform) throws IOException {
        return switch (this) {
            case PLATFORM_KILLED, PLATFORM_FROZEN -> List.of(platform.pid());
            case DATABASE_KILLED, DATABASE_FROZEN ->
                Processes.named(platform.home().resolve("postgres").resolve("postmaster.pid")).stream()
                        .toList();
            case REDIS_KILLED, REDIS_FROZEN, REDIS_EMPTIED ->
                Processes.named(platform.home().resolve("run").resolve("redis.pid")).stream()
                        .toList();
            case SUPERVISOR_KILLED, SUPERVISOR_FROZEN -> supervisors(platform);
            case REPLICA_KILLED, REPLICA_FROZEN -> replicas(platform);
        };
    }

    /** Strikes; false if there is nobody to strike now. */
    boolean strike(KeptPlatform platform, Random random) throws IOException {
        List<Long> found = victims(platform);
        if (found.isEmpty()) {
            return false;
        }
        if (this == REDIS_EMPTIED) {
            return tellRedis(platform);
        }
        long victim = found.get(random.nextInt(found.size()));
        Processes.signal(blow, victim);
        if (this == PLATFORM_FROZEN) {
            CompletableFuture.delayedExecutor(FROZEN_SECONDS, TimeUnit.SECONDS)
                    .execute(() -> Processes.signal("CONT", victim));
        } else if (this == DATABASE_FROZEN) {
            // those that serve its connections, too
            ProcessHandle.of(victim).stream()
                    .flatMap(ProcessHandle::descendants)
                    .forEach(child -> Processes.signal(blow, child.pid()));
        }
        return true;
    }

    /** False if it is not there now. */
    private boolean tellRedis(KeptPlatform platform) throws IOException {
        Map<String, String> settings = Files.readAllLines(platform.home().resolve("engines/redis/redis.conf")).stream()
                .map(line -> line.split(" ", 2))
                .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1].replace("\"", "")));
        String told = "AUTH %s\r\n%s\r\n".formatted(settings.get("requirepass"), blow);
        try (var redis = SocketChannel.open(UnixDomainSocketAddress.of(settings.get("unixsocket")))) {
            redis.write(ByteBuffer.wrap(told.getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answers = ByteBuffer.allocate("+OK\r\n+OK\r\n".length());
            while (answers.hasRemaining() && redis.read(answers) >= 0) {}
            return new String(answers.array(), StandardCharsets.US_ASCII).equals("+OK\r\n+OK\r\n");
        } catch (IOException away) {
            return false;
        }
    }

    /** Those of jobs. */
    private static List<Long> supervisors(KeptPlatform platform) {
        return watching(platform)
                .filter(process -> !process.getValue().contains(MODEL_SERVER))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static List<Long> replicas(KeptPlatform platform) {
        return watching(platform)
                .filter(process -> process.getValue().contains(MODEL_SERVER))
                .flatMap(process -> ProcessHandle.of(process.getKey()).stream())
                .flatMap(ProcessHandle::descendants)
                .filter(process -> process.info().command().orElse("").endsWith("/java"))
                .map(ProcessHandle::pid)
                .toList();
    }

    /** The supervisors of running programs, with their command lines. */
    private static Stream<Map.Entry<Long, String>> watching(KeptPlatform platform) {
        return Processes.of(platform.home()).entrySet().stream()
                .filter(process -> process.getValue().matches("(?s)\\S*/sh \\S*/\\.supervisor\\.sh .*"));
    }
}
