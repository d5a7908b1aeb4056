package dev.trine.quality;

import dev.trine.experiment.ExperimentId;
import java.time.Instant;

/**
 * What a scorer was defined as.
 *
 * @param name unique in its experiment
 * @param version from 1
 * @param definition the client's own, in JSON; nothing here runs it
 */
public record ScorerVersion(
        ScorerId scorerId, ExperimentId experimentId, String name, int version, String definition, Instant createdAt) {}
