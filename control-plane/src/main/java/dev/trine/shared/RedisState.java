package dev.trine.shared;

/** Whether Redis is there; without it the platform goes on, only slower to notice changes between copies. */
@FunctionalInterface
public interface RedisState {

    /** Whether it answered at the last look, a few seconds ago at most; true too when none is configured. */
    boolean answers();
}
