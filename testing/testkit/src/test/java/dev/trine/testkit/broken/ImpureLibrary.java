package dev.trine.testkit.broken;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.Assertions;

public final class ImpureLibrary {

    private ImpureLibrary() {}

    public static List<Object> everything(File file) {
        return List.of(
                Files.exists(file.toPath()),
                URI.create("http://127.0.0.1"),
                System.getenv().size(),
                Thread.currentThread(),
                Assertions.within(1),
                Instant.now());
    }
}
