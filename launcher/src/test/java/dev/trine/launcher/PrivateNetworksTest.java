package dev.trine.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateNetworksTest {

    @Test
    void rangesHaveCommasBetweenThem() throws Exception {
        assertThat(PrivateNetworks.of(Map.of("TRINE_PRIVATE_NETWORKS", "8.8.0.0/16, 2a00:1450::/32,9.9.9.9/32")))
                .hasSize(3);
        assertThat(PrivateNetworks.of(Map.of("TRINE_PRIVATE_NETWORKS", " "))).isEmpty();
        assertThat(PrivateNetworks.of(Map.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8.8.0.0",
                "8/8",
                "8.8.0.0/33",
                "8.8.0.256/24",
                "2a00::/129",
                "2a00:::/8",
                "office",
                "8.8.0.0/16,,",
                "/8"
            })
    void whatIsNoRangeIsToldAtTheStart(String wrong) {
        assertThatIOException()
                .isThrownBy(() -> PrivateNetworks.of(Map.of("TRINE_PRIVATE_NETWORKS", wrong)))
                .withMessageStartingWith("the environment variable TRINE_PRIVATE_NETWORKS: ");
    }
}
