package dev.trine.identity;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the permission a caller needs for an endpoint. Every controller method carries this or {@link Public}; an endpoint
 * without either is refused at start-up.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Requires {
    /**
     * The permission. Where there are several, one is enough to ask, and the handler says by {@link Caller#require} which one
     * it must be for what is asked for; the weakest role that has them must be the same.
     */
    Permission[] value();
}
