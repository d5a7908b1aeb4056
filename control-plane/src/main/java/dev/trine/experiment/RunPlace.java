package dev.trine.experiment;

/**
 * Where a run belongs, and whether it can be changed: what is asked before each write, and costs one look at an index.
 *
 * @param deleted whether it is gone for users; nothing is added to such a run
 */
public record RunPlace(RunId id, ExperimentId experimentId, boolean deleted) {}
