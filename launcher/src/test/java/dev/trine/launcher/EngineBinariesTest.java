package dev.trine.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.embedded.RedisServer;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/** The engines' binaries for every system and architecture that a platform may start on. */
class EngineBinariesTest {

    private static final int ENOUGH = 1 << 16;

    @ParameterizedTest
    @CsvSource({
        "Linux,    x86_64,  /postgres-linux-x86_64.txz",
        "Linux,    amd64,   /postgres-linux-x86_64.txz",
        "Linux,    aarch64, /postgres-linux-arm_64.txz",
        "Darwin,   x86_64,  /postgres-darwin-x86_64.txz",
        "Darwin,   aarch64, /postgres-darwin-arm_64.txz",
    })
    void postgresqlIsThereForThisSystemAndArchitecture(String system, String architecture, String resource)
            throws IOException {
        try (InputStream chosen = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, architecture);
                InputStream wanted =
                        Objects.requireNonNull(EmbeddedPostgres.class.getResourceAsStream(resource), resource)) {
            assertThat(chosen.readNBytes(ENOUGH)).isEqualTo(wanted.readNBytes(ENOUGH));
        }
    }

    @Test
    void redisIsThereForEverySystemAndArchitecture() {
        var binaries = ExecutableProvider.newProvidedVersionsMap();
        assertThat(binaries)
                .containsKeys(
                        OsArchitecture.UNIX_x86_64,
                        OsArchitecture.UNIX_AARCH64,
                        OsArchitecture.MAC_OS_X_x86_64,
                        OsArchitecture.MAC_OS_X_ARM64);
        assertThat(binaries.values())
                .allSatisfy(name ->
                        assertThat(RedisServer.class.getResource(name)).as(name).isNotNull());
    }
}
