package dev.trine.storage;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Objects as files below one folder. A new object is written beside its place, forced to the disk, and renamed into place, so
 * that a crash leaves either all of it or nothing.
 */
public final class FilesystemObjectStore implements ObjectStore {

    private static final String INCOMING = ".incoming";

    private final Path root;

    /** @param root created if it is not there; what an earlier crash left half-written is removed */
    public FilesystemObjectStore(Path root) throws IOException {
        this.root = Files.createDirectories(root).toRealPath();
        Path incoming = Files.createDirectories(this.root.resolve(INCOMING));
        try (Stream<Path> leftovers = Files.list(incoming)) {
            for (Path leftover : leftovers.toList()) {
                Files.deleteIfExists(leftover);
            }
        }
    }

    @Override
    public Stored put(String key, InputStream bytes) throws IOException {
        Path target = path(key);
        Path incoming = root.resolve(INCOMING).resolve(UUID.randomUUID().toString());
        try {
            long size;
            try (var out = new FileOutputStream(incoming.toFile())) {
                size = bytes.transferTo(new FullDiskTold(out));
                force(out);
            }
            Files.createDirectories(folderOf(target));
            Files.move(incoming, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceFolder(folderOf(target));
            return new Stored(key, size);
        } finally {
            Files.deleteIfExists(incoming);
        }
    }

    private void force(FileOutputStream out) throws IOException {
        try {
            out.getFD().sync();
        } catch (IOException e) {
            throw fullOr(e);
        }
    }

    /** A rename is only safe when its folder is. */
    private static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public Optional<InputStream> open(String key, long offset, long length) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(path(key), StandardOpenOption.READ);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        channel.position(offset);
        InputStream all = Channels.newInputStream(channel);
        return Optional.of(length < 0 ? all : new BoundedInputStream(all, length));
    }

    @Override
    public Optional<Stored> stat(String key) throws IOException {
        try {
            return Optional.of(new Stored(key, Files.size(path(key))));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    @Override
    public void delete(String key) throws IOException {
        Files.deleteIfExists(path(key));
    }

    @Override
    public void move(String from, String to) throws IOException {
        Path target = path(to);
        Files.createDirectories(folderOf(target));
        Files.move(path(from), target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceFolder(folderOf(target));
    }

    @Override
    public List<String> list(String prefix, String after, int limit) throws IOException {
        int slash = prefix.lastIndexOf('/');
        Path start = slash < 0 ? root : path(prefix.substring(0, slash));
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(start)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .filter(key -> !key.startsWith(INCOMING) && key.startsWith(prefix) && key.compareTo(after) > 0)
                    .sorted()
                    .limit(limit)
                    .toList();
        }
    }

    private Path path(String key) {
        return root.resolve(ObjectKeys.check(key));
    }

    private IOException fullOr(IOException e) {
        try {
            FileStore disk = Files.getFileStore(root);
            String message = String.valueOf(e.getMessage());
            if (message.contains("No space left") || message.contains("quota") || disk.getUsableSpace() < 4096) {
                return new StorageFullException("the object store's disk has no room left", e);
            }
        } catch (IOException unknown) {
            e.addSuppressed(unknown);
        }
        return e;
    }

    /** Names a full disk as what it is; failures of the source stay what they are. */
    private final class FullDiskTold extends java.io.FilterOutputStream {

        FullDiskTold(FileOutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw fullOr(e);
            }
        }
    }

    private static Path folderOf(Path object) {
        return Objects.requireNonNull(object.getParent());
    }
}
