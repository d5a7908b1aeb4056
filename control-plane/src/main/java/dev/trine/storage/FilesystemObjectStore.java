package dev.trine.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects as files below one folder, which several processes may share. A new object is written beside its place, forced to the
 * disk, and renamed into place, so that a crash leaves either all of it or nothing.
 */
public final class FilesystemObjectStore implements ObjectStore {

    private static final Logger LOG = LoggerFactory.getLogger(FilesystemObjectStore.class);
    private static final String INCOMING = ".incoming";
    /** Nobody goes on writing after such a pause; if somebody does, the put fails and can be done again. */
    private static final Duration ABANDONED = Duration.ofDays(1);
    /** How often a folder may vanish under a rename, because others deleted its last object. */
    private static final int RENAMES = 100;

    private final Path root;
    private final Path incoming;
    private final NewFile newFile;

    /** Opens a file for writing that is not there yet. */
    @FunctionalInterface
    interface NewFile {
        FileChannel open(Path file) throws IOException;
    }

    /** @param root made if it is not there */
    public FilesystemObjectStore(Path root, Clock clock) throws IOException {
        this(root, clock, file -> FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    FilesystemObjectStore(Path root, Clock clock, NewFile newFile) throws IOException {
        this.root = Files.createDirectories(root).toRealPath();
        this.incoming = Files.createDirectories(this.root.resolve(INCOMING));
        this.newFile = newFile;
        removeAbandoned(clock.instant().minus(ABANDONED));
    }

    /** What crashes left half-written. Another process may be writing here too, so only what nobody has touched for long. */
    private void removeAbandoned(Instant untouchedSince) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(incoming)) {
            for (Path file : files) {
                try {
                    if (Files.getLastModifiedTime(file).toInstant().isBefore(untouchedSince)) {
                        Files.deleteIfExists(file);
                        LOG.info("removed {}, half of an object that a crash left behind", file);
                    }
                } catch (NoSuchFileException finishedMeanwhile) {
                    LOG.debug("{} is in its place now", file);
                }
            }
        }
    }

    @Override
    public Stored put(String key, InputStream bytes) throws IOException {
        Path target = path(key);
        Path arriving = incoming.resolve(UUID.randomUUID().toString());
        try {
            long size = write(arriving, bytes);
            rename(arriving, target);
            return new Stored(key, size);
        } finally {
            Files.deleteIfExists(arriving);
        }
    }

    private long write(Path file, InputStream bytes) throws IOException {
        FileChannel channel;
        try {
            channel = newFile.open(file);
        } catch (IOException e) {
            throw told(e);
        }
        try (channel) {
            long size = bytes.transferTo(new ToldFailures(Channels.newOutputStream(channel)));
            try {
                channel.force(true);
            } catch (IOException e) {
                throw told(e);
            }
            return size;
        }
    }

    private void rename(Path from, Path to) throws IOException {
        Path folder = Objects.requireNonNull(to.getParent());
        for (int attempt = 1; ; attempt++) {
            try {
                makeFolder(folder);
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                break;
            } catch (IOException e) {
                if (Files.isDirectory(to) || isBelowAnObject(to)) {
                    throw new IllegalArgumentException(
                            "'%s' cannot be an object: another one's key begins or ends there"
                                    .formatted(root.relativize(to)),
                            e);
                }
                // a folder that goes while it is made shows as either
                boolean folderWent = e instanceof NoSuchFileException || e instanceof FileAlreadyExistsException;
                if (!folderWent || attempt == RENAMES || !Files.exists(from)) {
                    throw told(e);
                }
            }
        }
        force(folder);
    }

    /** Makes what is missing of a folder but the root: where that is away, nothing is kept in its place. */
    private void makeFolder(Path folder) throws IOException {
        Path made = root;
        for (Path name : folder.equals(root) ? List.<Path>of() : root.relativize(folder)) {
            made = made.resolve(name);
            try {
                Files.createDirectory(made);
            } catch (FileAlreadyExistsException there) {
                if (!Files.isDirectory(made)) {
                    throw there;
                }
            }
        }
    }

    /** A rename is only safe when its folder is. */
    private void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (NoSuchFileException deletedMeanwhile) {
            LOG.debug("{} is gone with its last object", folder);
        } catch (IOException e) {
            throw told(e);
        }
    }

    @Override
    public Optional<InputStream> open(String key, long offset, long length) throws IOException {
        Path file = path(key);
        if (offset < 0) {
            throw new IllegalArgumentException("an offset cannot be negative, was " + offset);
        }
        BasicFileAttributes found = attributes(file);
        if (found == null) {
            return Optional.empty();
        }
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            // a file system takes no position that no file of its could have
            channel.position(Math.min(offset, found.size()));
            InputStream all = Channels.newInputStream(channel);
            return Optional.of(length < 0 ? all : new BoundedInputStream(all, length));
        } catch (NoSuchFileException deletedMeanwhile) {
            return Optional.empty();
        } catch (IOException e) {
            throw told(e);
        }
    }

    @Override
    public Optional<Stored> stat(String key) throws IOException {
        return Optional.ofNullable(attributes(path(key))).map(found -> new Stored(key, found.size()));
    }

    /** Null if there is no such object. A folder of objects is none. */
    private @Nullable BasicFileAttributes attributes(Path file) throws IOException {
        try {
            var found = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return found.isRegularFile() ? found : null;
        } catch (NoSuchFileException none) {
            checkStore(none);
            return null;
        } catch (IOException e) {
            if (isBelowAnObject(file)) {
                return null;
            }
            throw told(e);
        }
    }

    private boolean isBelowAnObject(Path file) {
        for (Path above = file.getParent(); above != null && above.startsWith(root); above = above.getParent()) {
            if (Files.isRegularFile(above)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void delete(String key) throws IOException {
        Path file = path(key);
        if (attributes(file) == null) {
            return;
        }
        try {
            Files.deleteIfExists(file);
            for (Path folder = file.getParent(); folder != null && !folder.equals(root); folder = folder.getParent()) {
                Files.deleteIfExists(folder);
            }
        } catch (DirectoryNotEmptyException holdsOthers) {
            return;
        } catch (IOException e) {
            throw told(e);
        }
    }

    @Override
    public void move(String from, String to) throws IOException {
        Path source = path(from);
        Path target = path(to);
        if (attributes(source) == null) {
            throw new NoSuchFileException(from);
        }
        rename(source, target);
    }

    /** Reads only the folders that hold a key of the answer, and those on the way to them. */
    @Override
    public List<String> list(String prefix, String after, int limit) throws IOException {
        ObjectKeys.checkPrefix(prefix);
        var found = new ArrayList<String>();
        int slash = prefix.lastIndexOf('/');
        String folder = prefix.substring(0, slash + 1);
        try {
            collect(folder.isEmpty() ? root : root.resolve(folder), folder, prefix, after, limit, found);
        } catch (IOException e) {
            throw told(e);
        }
        return found;
    }

    /**
     * Adds the keys below one folder, in order.
     *
     * @param path the folder's own part of its keys, with {@code /} at the end
     */
    private void collect(Path folder, String path, String prefix, String after, int limit, List<String> found)
            throws IOException {
        for (String name : names(folder)) {
            if (found.size() >= limit) {
                return;
            }
            String key = path + name;
            if (key.endsWith("/")) {
                // all keys below begin with this one's, so they all sort before `after` unless one of these holds
                if (key.startsWith(prefix) && (key.compareTo(after) > 0 || after.startsWith(key))) {
                    collect(folder.resolve(name), key, prefix, after, limit, found);
                }
            } else if (key.startsWith(prefix) && key.compareTo(after) > 0) {
                found.add(key);
            }
        }
    }

    /** Names in a folder in the order of the keys they begin: a folder counts with its {@code /}. */
    private List<String> names(Path folder) throws IOException {
        var names = new ArrayList<String>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = Objects.requireNonNull(entry.getFileName()).toString();
                if (!name.startsWith(".")) {
                    names.add(Files.isDirectory(entry) ? name + "/" : name);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException none) {
            checkStore(none);
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        names.sort(null);
        return names;
    }

    private Path path(String key) {
        return root.resolve(ObjectKeys.check(key));
    }

    /** Nothing there may also mean that nothing is mounted there. */
    private void checkStore(IOException notFound) throws StorageUnavailableException {
        if (!Files.isDirectory(incoming)) {
            throw new StorageUnavailableException("the object store's folder %s is gone".formatted(root), notFound);
        }
    }

    /** A failure of this disk as what it is to callers. */
    private IOException told(IOException e) {
        if (e instanceof StorageUnavailableException) {
            return e;
        }
        String message = String.valueOf(e.getMessage());
        if (message.contains("No space left") || message.contains("quota")) {
            return new StorageFullException("the disk of the object store %s has no room left".formatted(root), e);
        }
        return new StorageUnavailableException("the object store %s fails: %s".formatted(root, e), e);
    }

    /** Tells this disk's failures from those of the stream that is stored. */
    private final class ToldFailures extends OutputStream {

        private final OutputStream out;

        ToldFailures(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw told(e);
            }
        }
    }
}
