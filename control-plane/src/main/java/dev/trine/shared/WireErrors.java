package dev.trine.shared;

import org.springframework.http.HttpStatusCode;

/** How refusals look on a wire of others; a bean for each. All that no such wire covers is told as a {@link Problem}. */
public interface WireErrors {

    /** @param path as it was sent, before anything was decoded */
    boolean speaksAt(String path);

    /** What a caller is told who was refused before any endpoint was found. */
    Told of(Refusal refusal);

    /** @param body written as JSON */
    record Told(HttpStatusCode status, Object body) {}
}
