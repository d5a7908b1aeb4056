package dev.trine.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisEngineTest {

    private static String answer(Socket socket, BufferedReader answers, String command) throws IOException {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
        return answers.readLine();
    }

    @Test
    void nobodyIsHeardWithoutThePasswordWhichNoCommandLineShows(@TempDir Path folder) throws IOException {
        int port = Engines.freePort();
        var engine = new RedisEngine(Home.at(folder.resolve("a home with spaces")), port);
        ProcessHandle process = engine.start();
        String password = URI.create(engine.url()).getUserInfo().substring(1);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                var answers =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            assertThat(answer(socket, answers, "PING")).startsWith("-NOAUTH");
            assertThat(answer(socket, answers, "AUTH " + password)).isEqualTo("+OK");
            assertThat(answer(socket, answers, "PING")).isEqualTo("+PONG");
            assertThat(process.info().commandLine())
                    .hasValueSatisfying(line -> assertThat(line).doesNotContain(password));
        } finally {
            engine.stop();
        }
    }
}
