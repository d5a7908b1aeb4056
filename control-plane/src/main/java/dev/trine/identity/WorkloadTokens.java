package dev.trine.identity;

import java.time.Duration;
import java.util.Set;

/** Tokens with which a workload talks back to the platform in its user's name. */
public interface WorkloadTokens {

    /** A token that is good for one project, for these permissions at most, and for a limited time. */
    String forWorkload(UserId user, ProjectId project, Set<Permission> permissions, Duration lifetime);
}
