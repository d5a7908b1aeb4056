package dev.trine.shared;

/**
 * One invalid field.
 *
 * @param field path of the field in the request, e.g. {@code resources.cpus}
 * @param message what is wrong with it, and what would be right
 */
public record Violation(String field, String message) {}
