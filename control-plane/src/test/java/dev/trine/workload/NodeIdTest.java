package dev.trine.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdTest {

    @Test
    void theTextNamesBothAlsoWhenTheExecutorHasSlashesInItsIds() {
        var node = new NodeId("local", "rack/7");
        assertThat(node).hasToString("local/rack/7");
        assertThat(NodeId.of("local/rack/7")).isEqualTo(node);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "local", "/a", "local/"})
    void whatLacksOneOfTheTwoIsNone(String text) {
        assertThatThrownBy(() -> NodeId.of(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
