package dev.trine.workload;

import dev.trine.identity.UserId;
import dev.trine.workload.Workload.Attempt;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adds environment variables when an attempt is launched: for what must not be kept in the spec, such as a token. Every bean of
 * this type is asked.
 */
public interface LaunchEnvironment {

    /**
     * @param attempt the one that is launched
     * @param submittedBy in whose name the workload runs
     */
    Map<String, String> environment(Workload workload, Attempt attempt, @Nullable UserId submittedBy);
}
