package dev.trine.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisEngineTest {

    /** A command's answer, which is a line. */
    private static String answer(SocketChannel redis, String command) throws IOException {
        redis.write(ByteBuffer.wrap((command + "\r\n").getBytes(StandardCharsets.US_ASCII)));
        var answer = new StringBuilder();
        var one = ByteBuffer.allocate(1);
        while (redis.read(one) > 0) {
            char letter = (char) one.flip().get();
            if (letter == '\n') {
                return answer.toString().strip();
            }
            answer.append(letter);
            one.clear();
        }
        throw new IOException("Redis has closed the connection after " + answer);
    }

    @Test
    void nobodyIsHeardWithoutThePasswordWhichNoCommandLineShows(@TempDir Path folder) throws IOException {
        Home home = Home.at(folder.resolve("a home with spaces"));
        var engine = new RedisEngine(home);
        ProcessHandle process = engine.start();
        String password = engine.url().replaceAll(".*://:(.*)@.*", "$1");
        Path socket = home.sockets().resolve("redis");
        try (var redis = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            assertThat(answer(redis, "PING")).startsWith("-NOAUTH");
            assertThat(answer(redis, "AUTH " + password)).isEqualTo("+OK");
            assertThat(answer(redis, "PING")).isEqualTo("+PONG");
            assertThat(process.info().commandLine())
                    .hasValueSatisfying(line -> assertThat(line).doesNotContain(password));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rwx------");
        } finally {
            engine.stop();
        }
    }

    @Test
    void aHomeWhosePathIsTooLongForASocketHasItsSocketsElsewhere(@TempDir Path folder) throws IOException {
        Home home = Home.at(folder.resolve("long".repeat(40)));
        assertThat(home.sockets()).isDirectory().isEqualTo(home.sockets());
        assertThat(home.sockets().toString().length()).isLessThan(90);
        var engine = new RedisEngine(home);
        engine.start();
        engine.stop();
    }
}
