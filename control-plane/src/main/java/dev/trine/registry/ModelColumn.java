package dev.trine.registry;

/** What models can be searched by. */
public sealed interface ModelColumn {

    record Tag(String key) implements ModelColumn {}

    enum Attribute implements ModelColumn {
        NAME,
        UPDATED_AT
    }
}
