package dev.trine.inference;

import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import java.util.Map;

/** Inference services: the door. */
public interface InferenceServices {

    /**
     * Deploys a registered model. Returns at once; the service is {@link ServiceState#READY} when its replicas answer.
     *
     * @throws dev.trine.shared.TrineException {@code VALIDATION_FAILED}, {@code NOT_FOUND} for a missing model, {@code
     *     ALREADY_EXISTS} for a taken name, {@code MODEL_UNUSABLE} for a format that no server here can load
     */
    InferenceService deploy(ProjectScope scope, ServiceSpec spec);

    InferenceService get(ProjectScope scope, InferenceServiceId id);

    Page<InferenceService> list(ProjectScope scope, PageRequest page);

    /** Takes a service down: no more requests reach it, its replicas stop, its name is free again. */
    void delete(ProjectScope scope, InferenceServiceId id);

    /** How many services a project has in each state; states without one are left out. */
    Map<ServiceState, Integer> countByState(ProjectId project);
}
