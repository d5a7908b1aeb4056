package dev.trine.compute;

import dev.trine.identity.Permission;
import dev.trine.identity.ProjectScope;
import dev.trine.identity.Requires;
import dev.trine.shared.Page;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/resources/nodes")
class NodeController {

    private final Compute compute;

    NodeController(Compute compute) {
        this.compute = compute;
    }

    /** The machines that workloads run on, and what of them is free. */
    @GetMapping
    @Requires(Permission.RESOURCES_READ)
    Page<Compute.ComputeNode> list(ProjectScope scope) {
        return new Page<>(compute.nodes(), null);
    }
}
