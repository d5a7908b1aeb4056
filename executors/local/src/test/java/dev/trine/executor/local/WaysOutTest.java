package dev.trine.executor.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.executor.local.WaysOut.Way;
import dev.trine.lib.workload.WorkloadSpec.Network;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit fills the field
class WaysOutTest {

    private static final String NODE = "local-0123456789abcdef";

    @TempDir
    Path root;

    private WaysOut ways(Sandbox sandbox, String platform) throws IOException {
        var settings = new LocalSettings(root, sandbox, Visibility.SYSTEM_ALONE, BuiltinPrograms.NONE)
                .reaching(URI.create(platform), URI.create(platform));
        return new WaysOut(settings, root, NODE, host -> List.of());
    }

    @Test
    void eachNetworkHasWhatItMayAndNoMore() throws IOException {
        try (WaysOut ways = ways(Sandbox.BUBBLEWRAP, "http://trine.example:8080")) {
            assertThat(ways.of(Network.NONE)).isEmpty();
            assertThat(ways.of(Network.HOST)).isEmpty();
            assertThat(ways.of(Network.PLATFORM)).extracting(Way::port).containsExactly(8080);
            assertThat(ways.of(Network.INTERNET)).extracting(Way::port).containsExactly(8080, 3128);
            assertThat(ways.variables(Network.PLATFORM)).isEmpty();
            assertThat(ways.variables(Network.INTERNET))
                    .containsEntry("https_proxy", "http://127.0.0.1:3128")
                    .containsEntry("NO_PROXY", "localhost,127.0.0.1,::1,trine.example");
        }
    }

    @Test
    void theProxyGivesWayToThePlatformsPort() throws IOException {
        try (WaysOut ways = ways(Sandbox.BUBBLEWRAP, "http://127.0.0.1:3128")) {
            assertThat(ways.of(Network.INTERNET)).extracting(Way::port).containsExactly(3128, 3129);
            assertThat(ways.variables(Network.INTERNET)).containsEntry("HTTP_PROXY", "http://127.0.0.1:3129");
        }
    }

    @Test
    void whereNothingIsKeptApartNoProxyIsNamed() throws IOException {
        try (WaysOut ways = ways(Sandbox.PROCESS, "http://127.0.0.1:8080")) {
            assertThat(ways.of(Network.INTERNET)).isEmpty();
            assertThat(ways.variables(Network.INTERNET)).isEmpty();
        }
    }
}
