package dev.trine.identity;

import java.time.Duration;
import java.util.Set;

/** Tokens with which a workload talks back to the platform in its user's name. */
public interface WorkloadTokens {

    /**
     * A token that is good for one project, for these permissions at most, and until the attempt ends.
     *
     * @param workload the printed id, as {@link LiveWorkloads} is asked with it
     * @param attempt the printed id of the attempt that gets it; the next one gets another
     * @param longest when the token expires, should the attempt go on for longer
     */
    String forAttempt(
            UserId user,
            ProjectId project,
            Set<Permission> permissions,
            String workload,
            String attempt,
            Duration longest);
}
