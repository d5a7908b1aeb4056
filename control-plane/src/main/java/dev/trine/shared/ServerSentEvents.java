package dev.trine.shared;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says in the API's description that an endpoint answers with an {@link EventStream}, and which events it has. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface ServerSentEvents {
    Event[] value();

    /** One kind of event. */
    @Target({})
    @Retention(RetentionPolicy.RUNTIME)
    @interface Event {
        /** What stands in its {@code event} line. */
        String name();

        /** What stands in its {@code data} lines, as JSON. */
        Class<?> data();
    }
}
