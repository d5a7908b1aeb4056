package dev.trine.launcher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Everything a local platform keeps, in one folder:
 *
 * <pre>
 * admin-password   the first admin's, 0600
 * postgres/        the database            engines/   the engines' unpacked binaries
 * objects/         the object store        attempts/  folders of running workloads
 * logs/            JSON logs, rotated      run/       pid files, the instance's name, the gateway's last routing
 * secrets/         the database's password, 0600
 * </pre>
 */
record Home(Path folder) {

    private static final int LONGEST_SOCKET_FOLDER = 85;
    private static final int PASSWORD_BYTES = 18;

    /**
     * The home in this folder, which is made if it is not there. It, and everything in it, is for this user alone.
     *
     * @throws IOException when there is something else in the folder
     */
    static Home at(Path folder) throws IOException {
        Path real = Files.createDirectories(folder.toAbsolutePath().normalize()).toRealPath();
        var home = new Home(real);
        if (!home.exists()) {
            // a volume of its own brings that folder with it
            try (var inside = Files.newDirectoryStream(real, entry -> !entry.endsWith("lost+found"))) {
                if (inside.iterator().hasNext()) {
                    throw new IOException("%s has other files in it; name a new or an empty folder".formatted(real));
                }
            }
            Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rwx------"));
            Files.createDirectories(real.resolve("run"));
        }
        return home;
    }

    /** The home in this folder if a platform has ever run in it; nothing is made. */
    static Optional<Home> existing(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        return Optional.of(new Home(folder.toRealPath())).filter(Home::exists);
    }

    private boolean exists() {
        return Files.isDirectory(folder.resolve("run"));
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

    /**
     * Where engines have their sockets: a folder that only this user may enter, and of a path that is short enough for one (108
     * bytes on Linux, 104 on macOS).
     */
    Path sockets() throws IOException {
        String name = instance();
        String elsewhere = "trine-" + name.substring(name.length() - 12);
        Path chosen = Stream.of(
                        folder.resolve("run"),
                        Path.of(System.getProperty("java.io.tmpdir"), elsewhere),
                        Path.of("/tmp", elsewhere))
                .filter(path -> path.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKET_FOLDER)
                .findFirst()
                .orElseThrow();
        if (!Files.isDirectory(chosen, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    chosen, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else if (!Files.getOwner(chosen).equals(Files.getOwner(folder))) {
            throw new IOException(
                    "%s is somebody else's; take it away, or choose a home with a shorter path".formatted(chosen));
        }
        return chosen;
    }

    Path redisPid() {
        return folder.resolve("run").resolve("redis.pid");
    }

    Path pid() {
        return folder.resolve("run").resolve("trine.pid");
    }

    /**
     * The name under which this home's control plane leases work. It stays, because only one platform at a time can have the
     * home's lock: what carries its name is held by nobody else.
     */
    String instance() throws IOException {
        Path file = folder.resolve("run").resolve("instance");
        if (!Files.exists(file)) {
            writePrivately(file, "home-" + UUID.randomUUID());
        }
        return Files.readString(file).strip();
    }

    /**
     * What tells a process of this home from any other that has its number later: the number, its start in milliseconds since the
     * epoch (0 where the system does not say), and the home.
     */
    String identity(ProcessHandle process) {
        long start = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return "%d%n%d%n%s%n".formatted(process.pid(), start, folder);
    }

    /** The lock of the one platform that may run here; empty when another has it. The file holds that one's process id. */
    Optional<FileLock> lock() throws IOException {
        FileChannel channel = FileChannel.open(
                folder.resolve("run").resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                Files.writeString(pid(), identity(ProcessHandle.current()));
                return Optional.of(lock);
            }
        } catch (OverlappingFileLockException inThisVeryProcess) {
            channel.close();
            return Optional.empty();
        }
        channel.close();
        return Optional.empty();
    }

    /**
     * The password for a first admin, if one must be made.
     *
     * @param kept whether it is one that was made here and is kept in a file; else the environment gave it
     * @param fresh whether that was just now
     */
    record AdminPassword(String value, boolean kept, boolean fresh) {}

    /** What the environment says, else what is kept, else a new one, which is then kept. */
    AdminPassword adminPassword() throws IOException {
        String given = System.getenv("TRINE_ADMIN_PASSWORD");
        if (given != null && !given.isBlank()) {
            return new AdminPassword(given, false, false);
        }
        boolean fresh = !Files.exists(adminPasswordFile());
        return new AdminPassword(keptSecret(adminPasswordFile()), true, fresh);
    }

    /** Takes a fresh password back that nobody has. */
    void forgetAdminPassword() throws IOException {
        Files.deleteIfExists(adminPasswordFile());
    }

    Path adminPasswordFile() {
        return folder.resolve("admin-password");
    }

    /**
     * Where the password of the database's superuser is kept. Its socket is in a folder that no other user and no workload sees;
     * this is the second lock.
     */
    Path databasePassword() throws IOException {
        Path file = Files.createDirectories(folder.resolve("secrets")).resolve("database-password");
        var _ = keptSecret(file);
        return file;
    }

    private static String keptSecret(Path file) throws IOException {
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        String made = secret();
        writePrivately(file, made + "\n");
        return made;
    }

    /** Writes a file that only this user may read, whole or not at all. */
    static void writePrivately(Path file, String text) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(part, text);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** A random secret, safe in URLs and shells. */
    static String secret() {
        byte[] bytes = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
