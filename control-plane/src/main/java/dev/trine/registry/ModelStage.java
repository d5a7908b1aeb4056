package dev.trine.registry;

/** How far a version got, for clients that have no aliases. */
public enum ModelStage {
    NONE,
    STAGING,
    PRODUCTION,
    ARCHIVED
}
