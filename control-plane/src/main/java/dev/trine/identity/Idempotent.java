package dev.trine.identity;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A controller method that makes something, and makes it once however often the same request arrives: with the header
 * {@code Idempotency-Key} its answer is kept in the very transaction that makes the thing, and given again.
 *
 * <p>Not for methods whose answer holds a secret, since the answer is stored.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Idempotent {

    /** Names the request; 1 to 200 printable ASCII characters, unique per user for a day. */
    String HEADER = "Idempotency-Key";

    /**
     * Whether the method works long before it makes anything, for example reads a file. Then its transaction, and with it the hold
     * on the key and on a connection, begins only where it calls {@link IdempotentTransactions#execute}, which it must. Of two
     * such requests with one key both may do that work, and one makes the thing; what was answered before is given again without it.
     */
    boolean prepares() default false;
}
