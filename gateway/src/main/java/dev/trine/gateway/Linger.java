package dev.trine.gateway;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/**
 * What becomes of a body that is still on its way when its request has been answered. A client that writes all before it reads
 * would never see the answer if nobody took the rest, and would lose it if the connection were closed upon what it has sent (RFC
 * 9112, 9.6): so it is told that the connection ends, and what still comes is dropped, for a while, and only as long as something
 * comes.
 */
final class Linger {

    private static final long LOOK_MILLIS = 5_000;

    /** How often it looks at most, which bounds how long it takes. */
    private static final int MOST_LOOKS = 6;

    private static final long MOST_BYTES = 64L << 20;

    private final Context loop;

    /** @param loop the event loop of all that it is used for */
    Linger(Context loop) {
        this.loop = loop;
    }

    /** Before the answer's head is written: says in it that the connection ends, where the body is still to come. */
    static void announce(HttpServerRequest in) {
        if (isComing(in) && in.version() != HttpVersion.HTTP_2) {
            in.response().putHeader("Connection", "close");
        }
    }

    /** After the answer is written: lets the rest of the body come, and then ends the connection. */
    void after(HttpServerRequest in) {
        if (in.version() == HttpVersion.HTTP_2) {
            if (isComing(in)) {
                // no error: the client need not send the rest (RFC 9113, 8.1)
                var _ = in.response().reset(0);
            }
        } else if (in.response().headers().contains("Connection", "close", true)) {
            if (in.isEnded()) {
                var _ = in.connection().close();
            } else {
                drop(in);
            }
        }
    }

    /** Runs this when the event loop has read what there is. */
    void nextTurn(Runnable what) {
        loop.runOnContext(turn -> what.run());
    }

    private static boolean isComing(HttpServerRequest in) {
        return Body.isStreamed(in) && !in.isEnded();
    }

    private void drop(HttpServerRequest in) {
        Vertx vertx = loop.owner();
        var count = new Count(in);
        vertx.setPeriodic(LOOK_MILLIS, timer -> {
            if (count.isOver()) {
                vertx.cancelTimer(timer);
                in.connection().close();
            }
        });
        in.handler(count::take);
        in.endHandler(end -> in.connection().close());
        in.resume();
    }

    /** Ends the connection of one who does not stop. */
    private static final class Count {

        private final HttpServerRequest in;
        private long bytes;
        private long bytesSeen = -1;
        private int looks;

        Count(HttpServerRequest in) {
            this.in = in;
        }

        /** Whether it took too long, or nothing has come since the last look; so also when the connection is gone. */
        boolean isOver() {
            looks++;
            boolean still = bytes == bytesSeen;
            bytesSeen = bytes;
            return still || looks >= MOST_LOOKS;
        }

        void take(Buffer piece) {
            bytes += piece.length();
            if (bytes > MOST_BYTES) {
                in.connection().close();
            }
        }
    }
}
