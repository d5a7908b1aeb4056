package dev.trine.experiment;

import org.jspecify.annotations.Nullable;

/**
 * Names a dataset as clients do.
 *
 * @param digest null for whichever has the name
 */
public record DatasetName(String name, @Nullable String digest) {}
