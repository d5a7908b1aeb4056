package dev.trine.identity;

/** The admin that the first start on an empty database makes. */
public interface FirstAdmin {

    /** Whether this start made it, with the password of the settings; else there was one, whose password may be another. */
    boolean madeNow();
}
