package dev.trine.executor.local;

import static java.util.Objects.requireNonNull;

import dev.trine.lib.workload.Executor.Output;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The plain files that a program has left below a folder, whatever it called them and whichever rights it took from them. Links
 * are not followed, or a program could hand out what it may not read.
 *
 * <p>A file is named by its bytes read as UTF-8; a byte that is none becomes {@code %} and two hexadecimal digits.
 */
final class LeftFiles {

    /** What a decoder puts in place of bytes that it cannot read. */
    private static final String UNREADABLE = "\uFFFD";

    private final Path folder;
    /** Those whose names are no text, by the names that they have here; null until they have been looked for. */
    private @Nullable Map<String, Path> unreadable;

    LeftFiles(Path folder) {
        this.folder = folder;
    }

    /**
     * How much it is to keep them all, each written out in full: holes too, and a file once for each of its names.
     *
     * @param bytes the sum of their lengths
     */
    record Extent(long files, long bytes) {

        static final Extent NONE = new Extent(0, 0);

        private Extent plus(long length) {
            return new Extent(files + 1, bytes + length);
        }

        boolean isWithin(Extent most) {
            return files <= most.files && bytes <= most.bytes;
        }
    }

    /** All of them together; only as many of them as show that they are more than {@code most}. */
    Extent extent(Extent most) throws IOException {
        var seen = new AtomicReference<>(Extent.NONE);
        walk(new OpeningVisitor() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    seen.set(seen.get().plus(attributes.size()));
                }
                return seen.get().isWithin(most) ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }
        });
        return seen.get();
    }

    /** All of them, by name. */
    synchronized List<Output> list() throws IOException {
        var found = new ArrayList<Output>();
        var odd = new HashMap<String, Path>();
        walk(new OpeningVisitor() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    String name = name(file);
                    found.add(new Output(name, attributes.size()));
                    if (isUnreadable(file)) {
                        odd.putIfAbsent(name, file);
                    }
                }
                return FileVisitResult.CONTINUE;
            }
        });
        unreadable = odd;
        found.sort(Comparator.comparing(Output::path));
        return found;
    }

    /**
     * Opens one of {@link #list}.
     *
     * @throws FileNotFoundException if it is none
     */
    InputStream open(String name) throws IOException {
        Optional<Path> known = named(name);
        Path file = (known.isPresent() ? known : unreadable(name))
                .orElseThrow(() -> new FileNotFoundException("there is no output '%s'".formatted(name)));
        allow(file, Set.of(PosixFilePermission.OWNER_READ));
        return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
    }

    private Optional<Path> named(String name) {
        try {
            Path file = folder.resolve(name).normalize();
            return file.startsWith(folder)
                            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                            && file.toRealPath().equals(file)
                    ? Optional.of(file)
                    : Optional.empty();
        } catch (InvalidPathException | IOException noSuchFile) {
            return Optional.empty();
        }
    }

    /** A file whose name is no text can only be found by looking at all of them, which is done once. */
    private synchronized Optional<Path> unreadable(String name) throws IOException {
        if (unreadable == null) {
            list();
        }
        return Optional.ofNullable(requireNonNull(unreadable).get(name));
    }

    private void walk(OpeningVisitor visitor) throws IOException {
        if (Files.isDirectory(folder)) {
            Files.walkFileTree(folder, visitor);
        }
    }

    private String name(Path file) {
        return isUnreadable(file) ? text(bytes(file)) : folder.relativize(file).toString();
    }

    private boolean isUnreadable(Path file) {
        return folder.relativize(file).toString().contains(UNREADABLE);
    }

    /** The name's own bytes, which only its URI tells. */
    private byte[] bytes(Path file) {
        String uri = file.toUri().getRawPath();
        String below =
                uri.substring(folder.toUri().getRawPath().replaceAll("/$", "").length() + 1);
        var bytes = new ByteArrayOutputStream();
        for (int i = 0; i < below.length(); i++) {
            char c = below.charAt(i);
            if (c == '%') {
                bytes.write(HexFormat.fromHexDigits(below, i + 1, i + 3));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }

    private static String text(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(3 * bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        while (result.isError()) {
            for (int i = 0; i < result.length(); i++) {
                out.put('%').put(HexFormat.of().withUpperCase().toHexDigits(in.get()));
            }
            result = decoder.reset().decode(in, out, true);
        }
        return out.flip().toString();
    }

    /** Removes the folder with all that is in it. */
    void delete() throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new OpeningVisitor() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                        throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (FileSystemException e) {
            deleteStepByStep(e);
        }
    }

    /** Folders may be deeper than any path can say: rm goes into each from the one above. */
    private void deleteStepByStep(FileSystemException failure) throws IOException {
        var rm = new ProcessBuilder("rm", "-rf", "--", folder.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectErrorStream(true)
                .start();
        try {
            rm.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (Files.exists(folder)) {
            throw failure;
        }
    }

    /** Goes also where a program has taken this user's own rights away, as Go's module cache does with its folders. */
    private abstract static class OpeningVisitor extends SimpleFileVisitor<Path> {

        @Override
        public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) throws IOException {
            allow(visited, PosixFilePermissions.fromString("rwx------"));
            return FileVisitResult.CONTINUE;
        }

        /** A folder that cannot even be listed comes here, and not to the method above. */
        @Override
        public FileVisitResult visitFileFailed(Path visited, IOException failure) throws IOException {
            boolean closed = failure instanceof AccessDeniedException
                    && Files.isDirectory(visited, LinkOption.NOFOLLOW_LINKS)
                    && allow(visited, PosixFilePermissions.fromString("rwx------"));
            if (!closed) {
                throw failure;
            }
            Files.walkFileTree(visited, this);
            return FileVisitResult.CONTINUE;
        }
    }

    /** Adds to what is allowed; whether that was missing. */
    private static boolean allow(Path path, Set<PosixFilePermission> needed) throws IOException {
        Set<PosixFilePermission> now = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        boolean missing = now.addAll(needed);
        if (missing) {
            Files.setPosixFilePermissions(path, now);
        }
        return missing;
    }
}
