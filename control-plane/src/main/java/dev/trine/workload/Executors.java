package dev.trine.workload;

import dev.trine.lib.workload.Executor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** The executors that this copy of the control plane can use: every bean of that type, by name. */
@Component
public class Executors {

    private final Map<String, Executor> byName;

    @org.springframework.beans.factory.annotation.Autowired
    Executors(ObjectProvider<Executor> executors) {
        this(executors.stream().toList());
    }

    Executors(List<Executor> executors) {
        byName = executors.stream().collect(Collectors.toUnmodifiableMap(Executor::name, Function.identity()));
    }

    public Collection<Executor> all() {
        return byName.values();
    }

    /** All nodes on which this copy can run something. */
    Set<NodeId> nodes() {
        return byName.values().stream()
                .flatMap(executor -> executor.nodes().stream().map(node -> new NodeId(executor.name(), node.id())))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The executor of a node, if this copy has it and the node is one of its; else another copy has. */
    Optional<Executor> on(NodeId node) {
        return Optional.ofNullable(byName.get(node.executor()))
                .filter(executor ->
                        executor.nodes().stream().anyMatch(its -> its.id().equals(node.id())));
    }
}
