package dev.trine.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Unpacks PostgreSQL once for all homes of the tests, as the distribution does. */
final class UnpackedEngines implements BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "engines").toAbsolutePath());
        PostgresBinaries.in(folder, PostgresEngine.VERSION);
        System.setProperty(PostgresBinaries.UNPACKED, folder.toString());
    }
}
