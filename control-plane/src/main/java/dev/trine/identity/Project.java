package dev.trine.identity;

import java.time.Instant;

/**
 * What datasets, jobs, models and services belong to.
 *
 * @param slug unique over all organizations
 * @param internetAccess whether its jobs may go to the internet
 */
public record Project(
        ProjectId id,
        OrganizationId organizationId,
        String name,
        String slug,
        boolean internetAccess,
        Instant createdAt,
        long version) {}
