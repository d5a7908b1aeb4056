package dev.trine.workload;

import dev.trine.lib.workload.Executor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    Optional<Executor> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }
}
