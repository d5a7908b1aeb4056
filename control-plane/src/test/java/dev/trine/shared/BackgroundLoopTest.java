package dev.trine.shared;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.testkit.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class BackgroundLoopTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final CountDownLatch unsubscribed = new CountDownLatch(1);
    private final LinkedBlockingQueue<Long> passes = new LinkedBlockingQueue<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private Loop loop = new Loop(() -> LONG);

    @AfterEach
    void stop() {
        loop.stop();
    }

    @Test
    void makesItsFirstPassAtOnceAndTheNextAsSoonAsItIsWoken() throws InterruptedException {
        loop.start();
        next();
        loop.wake();
        next();
    }

    @Test
    void comesBackByItselfWhenThePauseIsOver() throws InterruptedException {
        loop = new Loop(() -> Duration.ofMillis(1));
        loop.start();
        next();
        next();
        next();
    }

    @Test
    void aWakeUpWithinAPassIsNotLost() throws InterruptedException {
        var made = new AtomicInteger();
        loop = new Loop(() -> {
            if (made.incrementAndGet() == 1) {
                loop.wake();
                loop.wake();
            }
            return LONG;
        });
        loop.start();
        next();
        next();
    }

    @Test
    void outlivesAPassThatFailsAndTellsHowOften() throws InterruptedException {
        var made = new AtomicInteger();
        loop = new Loop(() -> switch (made.incrementAndGet()) {
            case 1 -> throw new IllegalStateException("the pass fails");
            case 2 -> throw new NoClassDefFoundError("not even a pass");
            default -> LONG;
        });
        loop.start();
        next();
        await("the failure").until(() -> loop.failures() == 1);
        loop.wake();
        next();
        await("another failure").until(() -> loop.failures() == 2);
        loop.wake();
        next();
        await("a good pass").until(() -> loop.failures() == 0);
        assertThat(loop.isRunning()).isTrue();
    }

    @Test
    void whatWakesALoopThatFailsDoesNotMakeItAHotOne() throws InterruptedException {
        loop = new Loop(() -> {
            loop.wake();
            throw new IllegalStateException("the pass fails");
        });
        loop.start();
        assertThat(-next() + next())
                .isGreaterThanOrEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void subscribesAgainUntilItCan() throws InterruptedException {
        refusals.set(1);
        loop.start();
        await("the refusal").until(() -> loop.failures() == 1);
        loop.wake();
        next();
    }

    @Test
    void anInterruptThatDoesNotStopItMeansNothing() throws InterruptedException {
        var made = new AtomicInteger();
        loop = new Loop(() -> {
            if (made.incrementAndGet() == 1) {
                Thread.currentThread().interrupt();
            }
            return LONG;
        });
        loop.start();
        next();
        next();
        loop.wake();
        next();
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
        assertThat(unsubscribed.await(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(loop.isRunning()).isFalse();
    }

    /** When the next pass began. */
    private long next() throws InterruptedException {
        Long began = passes.poll(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
        assertThat(began).as("a pass").isNotNull();
        return began;
    }

    private final class Loop extends BackgroundLoop {

        private final Supplier<Duration> body;

        Loop(Supplier<Duration> body) {
            super("loop");
            this.body = body;
        }

        @Override
        protected Duration pass() {
            passes.add(System.nanoTime());
            return body.get();
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
