package dev.trine.shared;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class BackgroundLoopTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final CountDownLatch unsubscribed = new CountDownLatch(1);
    private final LinkedBlockingQueue<Boolean> passes = new LinkedBlockingQueue<>();
    private final AtomicInteger refusals = new AtomicInteger();
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
    void outlivesAPassThatFailsAndTellsHowOften() throws InterruptedException {
        var made = new AtomicInteger();
        loop = new Loop(woken -> switch (made.incrementAndGet()) {
            case 1 -> throw new IllegalStateException("the pass fails");
            case 2 -> throw new NoClassDefFoundError("not even a pass");
            default -> LONG;
        });
        loop.start();
        assertThat(next()).isFalse();
        await("the failure").until(() -> loop.failures() == 1);
        loop.wake();
        assertThat(next()).isTrue();
        await("another failure").until(() -> loop.failures() == 2);
        loop.wake();
        assertThat(next()).isTrue();
        await("a good pass").until(() -> loop.failures() == 0);
        assertThat(loop.isRunning()).isTrue();
    }

    @Test
    void subscribesAgainUntilItCan() throws InterruptedException {
        refusals.set(1);
        loop.start();
        await("the refusal").until(() -> loop.failures() == 1);
        loop.wake();
        assertThat(next()).isTrue();
    }

    @Test
    void anInterruptThatDoesNotStopItMeansNothing() throws InterruptedException {
        var made = new AtomicInteger();
        loop = new Loop(woken -> {
            if (made.incrementAndGet() == 1) {
                Thread.currentThread().interrupt();
            }
            return LONG;
        });
        loop.start();
        next();
        next();
        loop.wake();
        assertThat(next()).isTrue();
    }

    @Test
    void aLoopThatHangsIsToldInHealth() throws InterruptedException {
        loop.start();
        next();
        var meters = new SimpleMeterRegistry();
        var loops = new LoopsHealth(List.of(loop), meters);
        assertThat(loops.health().getStatus()).isEqualTo(Status.UP);
        assertThat(loops.health(Duration.ZERO).getStatus()).isEqualTo(Status.DOWN);
        assertThat(loops.health().getDetails()).containsKey("loop");
        assertThat(meters.get("trine.loop.failures").tag("loop", "loop").gauge().value())
                .isZero();
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
            if (refusals.getAndDecrement() > 0) {
                throw new IllegalStateException("nobody takes subscriptions");
            }
            return List.of(unsubscribed::countDown);
        }
    }
}
