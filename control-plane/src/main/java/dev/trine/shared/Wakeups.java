package dev.trine.shared;

/**
 * Tells sleepers in every copy of the control plane that something changed, so that nobody has to poll fast. A hint that may
 * be lost: whoever sleeps also looks again by itself now and then.
 */
public interface Wakeups {

    /** Wakes every subscriber of a topic, in this copy at once and in the others soon, after the running transaction commits. */
    void publish(String topic);

    /** Runs {@code listener} (quick, not blocking) on every wake-up of the topic until closed. */
    Subscription subscribe(String topic, Runnable listener);

    /** Ends a subscription. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
