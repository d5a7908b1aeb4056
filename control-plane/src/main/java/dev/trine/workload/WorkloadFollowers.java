package dev.trine.workload;

import dev.trine.lib.workload.WorkloadEvent;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Every bean that follows workloads, by the owner it follows for. Found once all beans are made, for they use workloads too. */
@Component
class WorkloadFollowers implements SmartInitializingSingleton {

    private final ObjectProvider<WorkloadFollower> beans;
    private volatile Map<String, WorkloadFollower> byOwner = Map.of();

    WorkloadFollowers(ObjectProvider<WorkloadFollower> beans) {
        this.beans = beans;
    }

    /** @throws IllegalStateException if an owner has two, so that the start fails */
    @Override
    public void afterSingletonsInstantiated() {
        byOwner = beans.stream()
                .collect(Collectors.toUnmodifiableMap(WorkloadFollower::owner, Function.identity(), (one, other) -> {
                    throw new IllegalStateException("both %s and %s follow the workloads of '%s'"
                            .formatted(
                                    one.getClass().getName(), other.getClass().getName(), one.owner()));
                }));
    }

    /** @throws IllegalStateException if there is none */
    WorkloadFollower of(String owner) {
        WorkloadFollower follower = byOwner.get(owner);
        if (follower == null) {
            throw new IllegalStateException("no WorkloadFollower follows the workloads of '%s', only of %s"
                    .formatted(owner, byOwner.keySet().stream().sorted().toList()));
        }
        return follower;
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void changed(Workload workload) {
        of(workload.owner()).changed(workload);
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void reported(Workload workload, int attempt, List<WorkloadEvent> events) {
        of(workload.owner()).reported(workload, attempt, events);
    }
}
