package dev.trine.shared;

import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Ends the event streams before the web server begins to wait for running requests. */
@Component
class StreamsEndFirst implements SmartLifecycle {

    private volatile boolean running;

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        EventStream.endAll();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
