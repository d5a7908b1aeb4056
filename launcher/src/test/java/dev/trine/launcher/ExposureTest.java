package dev.trine.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who reaches a platform, by the address it listens on: what is not surely this machine alone counts as others. */
class ExposureTest {

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.8.8", "::1", "localhost"})
    void aLoopbackAddressIsReachedByThisMachineAlone(String host) {
        assertThat(Platform.exposure(host)).isEqualTo("loopback");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "no host's name"})
    void anyOtherIsReachedByOthers(String host) {
        assertThat(Platform.exposure(host)).isEqualTo("network");
    }
}
