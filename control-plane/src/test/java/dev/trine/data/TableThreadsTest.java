package dev.trine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.shared.TrineException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TableThreadsTest {

    @Test
    void whatReadsATableComputesOnNoVirtualThread() throws Exception {
        var threads = new TableThreads("table", 1);
        try (var requests = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> virtual = requests.submit(
                    () -> threads.run(() -> Thread.currentThread().isVirtual()));
            assertThat(virtual.get()).isFalse();
        }
    }

    @Test
    void noMoreTablesAreReadAtATimeThanThereAreThreads() throws Exception {
        var threads = new TableThreads("table", 2);
        var now = new AtomicInteger();
        var aMoment = new CountDownLatch(1); // never counted down: work that takes a moment
        Callable<Integer> work = () -> threads.run(() -> {
            int atATime = now.incrementAndGet();
            var _ = aMoment.await(1, TimeUnit.MILLISECONDS);
            now.decrementAndGet();
            return atATime;
        });
        try (var requests = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> all = IntStream.range(0, 200)
                    .<Callable<Integer>>mapToObj(i -> work)
                    .toList();
            for (Future<Integer> done : requests.invokeAll(all)) {
                assertThat(done.get()).isBetween(1, 2);
            }
        }
    }

    @Test
    void whatGoesWrongComesOutAsItIs() {
        var threads = new TableThreads("table", 1);
        var refusal = TrineException.invalid("a", "is wrong");
        var failure = new IOException("broken");
        assertThatThrownBy(() -> threads.run(() -> {
                    throw refusal;
                }))
                .isSameAs(refusal);
        assertThatThrownBy(() -> threads.run(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }
}
