package dev.trine.identity;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The audit log: append-only, written in the transaction of what it tells. */
public interface Audit {

    /**
     * Records that the caller of a request changed something.
     *
     * @param action {@code dataset.create}, {@code training.job.cancel}, …
     * @param subject id of what was changed
     * @param details facts for people; never a secret
     */
    void record(ProjectScope scope, String action, String subject, Map<String, String> details);

    /** The same for what is an organization's and no project's. */
    void record(OrganizationId organization, Caller caller, String action, String subject, Map<String, String> details);

    /** The newest events of a project. */
    List<Event> latest(ProjectId project, int limit);

    /** One thing that happened. */
    @Schema(name = "AuditEvent")
    record Event(String id, Instant at, String action, String subject, Map<String, String> details, String by) {}
}
