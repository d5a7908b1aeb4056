package dev.trine.experiment;

import java.util.UUID;

/** What artifacts belong to. */
public sealed interface ArtifactOwner permits RunId, LoggedModelId {

    UUID value();
}
