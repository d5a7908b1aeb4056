package dev.trine.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who the user is at which server, kept in {@code $TRINE_CONFIG_DIR/credentials.json} (by default {@code ~/.config/trine}),
 * readable by them alone.
 *
 * @param refreshToken exchanged for an access token at each start
 */
record Credentials(
        String server,
        String email,
        String refreshToken,
        @Nullable String project) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static Path file() {
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
