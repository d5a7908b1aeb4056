package dev.trine.launcher;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's programs for this machine's system and architecture. Each home has its own, so that a process which runs one of them is
 * that home's: links to those that the distribution has unpacked, or unpacked anew from the archive that comes with the platform.
 */
final class PostgresBinaries {

    /** Where {@code bin/trine} says that the distribution has them unpacked. */
    static final String UNPACKED = "trine.engines";

    private static final int OWNER_EXECUTES = 0100;

    private PostgresBinaries() {}

    /**
     * The folder with {@code bin/postgres}; unpacked if it is not there yet.
     *
     * @param engines where engines lie
     * @param version what the folder is named after, so that another version lies in another
     */
    static Path in(Path engines, String version) throws IOException {
        Path folder = engines.resolve("postgres-" + version);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Path part = engines.resolve("postgres-" + version + ".part");
        delete(part);
        Path unpacked = Path.of(System.getProperty(UNPACKED, "")).resolve(folder.getFileName());
        if (unpacked.isAbsolute() && Files.isDirectory(unpacked)) {
            link(unpacked, part);
        } else {
            try (InputStream archive = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(
                    System.getProperty("os.name"), System.getProperty("os.arch"))) {
                unpack(archive, Files.createDirectories(part));
            }
        }
        Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
        return folder;
    }

    private static void link(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Path link = to.resolve(from.relativize(each));
                if (Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createDirectories(link);
                } else if (Files.isSymbolicLink(each)) {
                    Files.createSymbolicLink(link, Files.readSymbolicLink(each));
                } else {
                    linkOrCopy(each, link);
                }
            }
        }
    }

    /** On another file system, or of another user's file, there is no link. */
    private static void linkOrCopy(Path file, Path link) throws IOException {
        try {
            Files.createLink(link, file);
        } catch (IOException | UnsupportedOperationException notHere) {
            Files.copy(file, link, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private static void unpack(InputStream archive, Path to) throws IOException {
        try (var entries = new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive)))) {
            for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path path = to.resolve(entry.getName()).normalize();
                if (!path.startsWith(to)) {
                    throw new IOException("an archive of PostgreSQL leads out of its folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                    continue;
                }
                Files.createDirectories(path.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(entries, path);
                    boolean program = (entry.getMode() & OWNER_EXECUTES) != 0;
                    Files.setPosixFilePermissions(
                            path, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }

    /** With all that is in it, if it is there. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
