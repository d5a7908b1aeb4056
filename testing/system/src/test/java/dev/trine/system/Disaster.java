package dev.trine.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** What can happen to a platform from one moment to the next. */
enum Disaster {
    PLATFORM_KILLED {
        @Override
        List<Long> victims(KeptPlatform platform) {
            return List.of(platform.pid());
        }
    },
    DATABASE_KILLED {
        @Override
        List<Long> victims(KeptPlatform platform) throws IOException {
            return named(platform.home().resolve("postgres").resolve("postmaster.pid"));
        }
    },
    DATABASE_FROZEN {
        @Override
        List<Long> victims(KeptPlatform platform) throws IOException {
            return DATABASE_KILLED.victims(platform);
        }
    },
    REDIS_KILLED {
        @Override
        List<Long> victims(KeptPlatform platform) throws IOException {
            return named(platform.home().resolve("run").resolve("redis.pid"));
        }
    },
    REDIS_FROZEN {
        @Override
        List<Long> victims(KeptPlatform platform) throws IOException {
            return REDIS_KILLED.victims(platform);
        }
    },
    SUPERVISOR_KILLED {
        @Override
        List<Long> victims(KeptPlatform platform) {
            return supervisors(platform)
                    .filter(process -> !process.getValue().contains(MODEL_SERVER))
                    .map(Map.Entry::getKey)
                    .toList();
        }
    },
    REPLICA_KILLED {
        @Override
        List<Long> victims(KeptPlatform platform) {
            return supervisors(platform)
                    .filter(process -> process.getValue().contains(MODEL_SERVER))
                    .flatMap(process -> ProcessHandle.of(process.getKey()).stream())
                    .flatMap(ProcessHandle::descendants)
                    .filter(process -> process.info().command().orElse("").endsWith("/java"))
                    .map(ProcessHandle::pid)
                    .toList();
        }
    },
    REPLICA_FROZEN {
        @Override
        List<Long> victims(KeptPlatform platform) throws IOException {
            return REPLICA_KILLED.victims(platform);
        }
    };

    private static final String MODEL_SERVER = "ModelServer";

    /** Those that watch over running programs, with their command lines. */
    private static Stream<Map.Entry<Long, String>> supervisors(KeptPlatform platform) {
        return Processes.of(platform.home()).entrySet().stream()
                .filter(process -> process.getValue().matches("(?s)\\S*/sh \\S*/\\.supervisor\\.sh .*"));
    }

    /** The processes of which one is struck. */
    abstract List<Long> victims(KeptPlatform platform) throws IOException;

    /** Strikes; false if there is nobody to strike now. */
    boolean strike(KeptPlatform platform, Random random) throws IOException {
        List<Long> victims = victims(platform);
        if (victims.isEmpty()) {
            return false;
        }
        long victim = victims.get(random.nextInt(victims.size()));
        if (name().endsWith("FROZEN")) {
            Processes.signal("STOP", victim);
        } else {
            Processes.kill(victim);
        }
        return true;
    }

    /** The process that a pid file names, if it lives. */
    private static List<Long> named(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        List<String> lines = Files.readAllLines(file);
        return lines.isEmpty()
                ? List.of()
                : ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).stream()
                        .map(ProcessHandle::pid)
                        .toList();
    }
}
