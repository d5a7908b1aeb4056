package dev.trine.identity;

import java.time.Instant;

/**
 * What datasets, jobs, models and services belong to.
 *
 * @param slug unique over all organizations
 */
public record Project(
        ProjectId id, OrganizationId organizationId, String name, String slug, Instant createdAt, long version) {}
