package dev.trine.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * Everything a local platform keeps, in one folder:
 *
 * <pre>
 * admin-password   the first admin's, 0600
 * postgres/        the database            engines/   the engines' unpacked binaries
 * objects/         the object store        attempts/  folders of running workloads
 * logs/            JSON logs, rotated      run/       pid files, the gateway's last routing
 * </pre>
 */
record Home(Path folder) {

    private static final int PASSWORD_BYTES = 18;

    static Home at(Path folder) throws IOException {
        Path real = Files.createDirectories(folder.toAbsolutePath().normalize());
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(real.resolve("run"));
        return new Home(real);
    }

    Path postgres() {
        return folder.resolve("postgres");
    }

    Path engines() {
        return folder.resolve("engines");
    }

    Path objects() {
        return folder.resolve("objects");
    }

    Path attempts() {
        return folder.resolve("attempts");
    }

    Path log() {
        return folder.resolve("logs").resolve("trine.log");
    }

    Path routing() {
        return folder.resolve("run").resolve("routing.json");
    }

    Path redisPid() {
        return folder.resolve("run").resolve("redis.pid");
    }

    Path pid() {
        return folder.resolve("run").resolve("trine.pid");
    }

    /** The lock of the one platform that may run here; empty when another has it. The file holds that one's process id. */
    Optional<FileLock> lock() throws IOException {
        FileChannel channel = FileChannel.open(
                folder.resolve("run").resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                Files.writeString(pid(), Long.toString(ProcessHandle.current().pid()));
                return Optional.of(lock);
            }
        } catch (OverlappingFileLockException inThisVeryProcess) {
            channel.close();
            return Optional.empty();
        }
        channel.close();
        return Optional.empty();
    }

    /** The first admin's password, and whether it was made just now. */
    record AdminPassword(String value, boolean fresh) {}

    /** What the environment says, else what is kept, else a new one, which is then kept. */
    AdminPassword adminPassword() throws IOException {
        String given = System.getenv("TRINE_ADMIN_PASSWORD");
        if (given != null && !given.isBlank()) {
            return new AdminPassword(given, false);
        }
        Path file = folder.resolve("admin-password");
        if (Files.exists(file)) {
            return new AdminPassword(Files.readString(file).strip(), false);
        }
        String made = secret();
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, made + "\n");
        return new AdminPassword(made, true);
    }

    /** A random secret, safe in URLs and shells. */
    static String secret() {
        byte[] bytes = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
