package dev.trine.identity;

import java.util.Optional;
import java.util.stream.Stream;

/** Everything that can be allowed. The set is closed; {@link #scope} is its name in an API key. */
public enum Permission {
    ORGANIZATIONS_READ("organizations:read", Role.VIEWER),
    ORGANIZATIONS_WRITE("organizations:write", Role.ADMIN),
    PROJECTS_READ("projects:read", Role.VIEWER),
    PROJECTS_WRITE("projects:write", Role.ADMIN),
    WEBHOOKS_READ("webhooks:read", Role.MEMBER),
    WEBHOOKS_WRITE("webhooks:write", Role.ADMIN),
    KEYS_READ("keys:read", Role.MEMBER),
    KEYS_WRITE("keys:write", Role.MEMBER),
    DATASETS_READ("datasets:read", Role.VIEWER),
    DATASETS_WRITE("datasets:write", Role.MEMBER),
    JOBS_READ("jobs:read", Role.VIEWER),
    JOBS_WRITE("jobs:write", Role.MEMBER),
    EXPERIMENTS_READ("experiments:read", Role.VIEWER),
    EXPERIMENTS_WRITE("experiments:write", Role.MEMBER),
    MODELS_READ("models:read", Role.VIEWER),
    MODELS_WRITE("models:write", Role.MEMBER),
    EVALUATIONS_READ("evaluations:read", Role.VIEWER),
    EVALUATIONS_WRITE("evaluations:write", Role.MEMBER),
    INFERENCE_READ("inference:read", Role.VIEWER),
    INFERENCE_WRITE("inference:write", Role.MEMBER),
    INFERENCE_INVOKE("inference:invoke", Role.MEMBER),
    RESOURCES_READ("resources:read", Role.VIEWER);

    private final String scope;
    private final Role least;

    Permission(String scope, Role least) {
        this.scope = scope;
        this.least = least;
    }

    public String scope() {
        return scope;
    }

    /** The weakest role that has it. */
    public Role least() {
        return least;
    }

    public static Optional<Permission> ofScope(String scope) {
        return Stream.of(values()).filter(p -> p.scope.equals(scope)).findFirst();
    }
}
