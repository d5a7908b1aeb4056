package dev.trine.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackgroundLoopTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final CountDownLatch unsubscribed = new CountDownLatch(1);
    private final LinkedBlockingQueue<Boolean> passes = new LinkedBlockingQueue<>();
    private Loop loop = new Loop(woken -> LONG);

    @AfterEach
    void stop() {
        loop.stop();
    }

    @Test
    void makesItsFirstPassUnwokenAndTheNextAsSoonAsItIsWoken() throws InterruptedException {
        loop.start();
        assertThat(next()).isFalse();
        loop.wake();
        assertThat(next()).isTrue();
    }

    @Test
    void comesBackByItselfWhenThePauseIsOver() throws InterruptedException {
        loop = new Loop(woken -> Duration.ofMillis(1));
        loop.start();
        assertThat(List.of(next(), next(), next())).containsOnly(false);
    }

    @Test
    void aWakeUpWithinAPassIsNotLost() throws InterruptedException {
        loop = new Loop(woken -> {
            if (!woken) {
                loop.wake();
                loop.wake();
            }
            return LONG;
        });
        loop.start();
        assertThat(next()).isFalse();
        assertThat(next()).isTrue();
    }

    @Test
    void outlivesAPassThatFails() throws InterruptedException {
        loop = new Loop(woken -> {
            if (!woken) {
                throw new IllegalStateException("the pass fails");
            }
            return LONG;
        });
        loop.start();
        assertThat(next()).isFalse();
        loop.wake();
        assertThat(next()).isTrue();
        assertThat(loop.isRunning()).isTrue();
    }

    @Test
    void givesItsSubscriptionsBackWhenItIsStopped() throws InterruptedException {
        loop.start();
        next();
        loop.stop();
        assertThat(unsubscribed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.isRunning()).isFalse();
    }

    private boolean next() throws InterruptedException {
        Boolean woken = passes.poll(10, TimeUnit.SECONDS);
        assertThat(woken).as("a pass within ten seconds").isNotNull();
        return woken;
    }

    private final class Loop extends BackgroundLoop {

        private final Function<Boolean, Duration> body;

        Loop(Function<Boolean, Duration> body) {
            super("loop");
            this.body = body;
        }

        @Override
        protected Duration pass(boolean woken) {
            passes.add(woken);
            return body.apply(woken);
        }

        @Override
        protected List<AutoCloseable> subscribe() {
            return List.of(unsubscribed::countDown);
        }
    }
}
