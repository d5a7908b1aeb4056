package dev.trine.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who the user is at which server, kept in {@code $TRINE_CONFIG_DIR/credentials.json} (by default {@code ~/.config/trine}),
 * readable by them alone.
 *
 * @param refreshToken exchanged for an access token at each start
 */
public record Credentials(
        String server,
        String email,
        String refreshToken,
        @Nullable String project) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Where they are kept. */
    public static Path file() {
        String configured = System.getenv("TRINE_CONFIG_DIR");
        Path folder =
                configured == null ? Path.of(System.getProperty("user.home"), ".config", "trine") : Path.of(configured);
        return folder.resolve("credentials.json");
    }

    static Optional<Credentials> load() {
        try {
            return Optional.of(JSON.readValue(Files.readString(file()), Credentials.class));
        } catch (IOException | JacksonException none) {
            return Optional.empty();
        }
    }

    /**
     * Runs an action while no other client of this user changes the credentials: a refresh token is good once, so two that used
     * the same one would log each other out.
     */
    static <T> T exclusively(Supplier<T> action) {
        Path lock = file().resolveSibling("credentials.lock");
        try {
            Files.createDirectories(lock.getParent());
            try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                return action.get();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + lock, e);
        }
    }

    void save() {
        Path target = file();
        try {
            Files.createDirectories(target.getParent());
            Path written = Files.createTempFile(
                    target.getParent(),
                    "credentials",
                    ".tmp",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(written, JSON.writeValueAsString(this));
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + target, e);
        }
    }
}
