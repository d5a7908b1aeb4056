package dev.trine.workload;

/** Told by whoever knows the nodes. */
public interface LostNodes {

    /**
     * Everything that is placed on a node has ended there without a word, and is tried again where it may be. For a node that is
     * not expected to come back: should it do so, what still runs there is ended.
     */
    void giveUp(NodeId node);
}
