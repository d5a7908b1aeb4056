package dev.trine.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.webhook.WebhookSender.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the network, and what does not. */
class WebhookSenderTest {

    private static WebhookSender sender(String... allowed) {
        return new WebhookSender(
                new WebhookAddresses(new WebhookProperties(List.of("http"), List.of(allowed), List.of())),
                Clock.systemUTC());
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"})
    void nothingGoesToThisMachineHoweverItIsNamed(String host) throws Exception {
        try (var receiver = Receiver.start()) {
            WebhookSender sender = sender();
            String port = receiver.url().substring(receiver.url().lastIndexOf(':'));
            assertThatThrownBy(() -> sender.send("http://" + host + port + "/", null, "id", "{}"))
                    .isInstanceOf(IOException.class);
            assertThat(receiver.isToldNothingMore()).isTrue();
            sender.destroy();
        }
    }

    @Test
    void aNameThatNobodyHasIsAFailureAndNoMore() throws Exception {
        WebhookSender sender = sender();
        assertThatThrownBy(() -> sender.send("http://no-such-host.invalid/", null, "id", "{}"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> sender.send("http://example.com:99999/", null, "id", "{}"))
                .isInstanceOf(IOException.class);
        sender.destroy();
    }

    @Test
    void anAnswerWithoutEndIsReadToItsBeginning() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerForEver(server));
            WebhookSender sender = sender("127.0.0.0/8");
            Answer answer = sender.send("http://127.0.0.1:" + server.getLocalPort() + "/", null, "id", "{}");
            assertThat(answer.isSuccess()).isTrue();
            assertThat(answer.body()).hasSize(16 << 10).startsWith("aaa");
            sender.destroy();
        }
    }

    private static void answerForEver(ServerSocket server) {
        try (var socket = server.accept()) {
            OutputStream out = socket.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = ("400\r\n" + "a".repeat(1024) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            while (true) {
                out.write(chunk);
            }
        } catch (IOException isDone) {
            // whoever asked has gone
        }
    }
}
