package dev.trine.lib.workload;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything an executor must know to run one workload; the same for a training job, an evaluation and a model server.
 *
 * @param kind whether it ends by itself ({@link Kind#TASK}) or runs until stopped ({@link Kind#SERVICE})
 * @param program what is started
 * @param env environment variables added to the ones every workload gets (see {@link WorkloadEnvironment})
 * @param inputs files made available read-only, one folder per input, before the program starts
 * @param resources what is reserved for it on its node, and its upper limits there
 * @param network what it may reach
 * @param timeout wall time after which the executor stops it; null for no limit
 * @param maxRetries how often a task is started again after a failure of its own; 0 for never. What its machine or the platform
 *     did to it does not count, and a service is started again however often it fails
 */
public record WorkloadSpec(
        Kind kind,
        Program program,
        Map<String, String> env,
        List<Input> inputs,
        Resources resources,
        Network network,
        @Nullable Duration timeout,
        int maxRetries) {

    public WorkloadSpec {
        env = Map.copyOf(env);
        inputs = List.copyOf(inputs);
        if (timeout != null && (timeout.isZero() || timeout.isNegative())) {
            throw new IllegalArgumentException("timeout must be positive, was " + timeout);
        }
        if (maxRetries < 0 || maxRetries > 100) {
            throw new IllegalArgumentException("maxRetries must be between 0 and 100, was " + maxRetries);
        }
        if (inputs.stream().map(Input::name).distinct().count() != inputs.size()) {
            throw new IllegalArgumentException("two inputs have the same name");
        }
    }

    /** How a workload ends. */
    public enum Kind {
        /** Ends by itself; exit code 0 is success. */
        TASK,
        /** Runs until it is stopped; every exit is a failure. */
        SERVICE
    }

    /** What a workload may reach over the network. */
    public enum Network {
        /** Nothing: a network of its own in which nobody else is. */
        NONE,
        /** The platform's front door and nothing else. */
        PLATFORM,
        /** The platform's front door, and by a proxy the public internet; nothing of the machine or of private networks. */
        INTERNET,
        /** The host's network: for servers of the platform's own, which the gateway has to reach. */
        HOST
    }
}
