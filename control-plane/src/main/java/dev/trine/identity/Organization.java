package dev.trine.identity;

import java.time.Instant;

/** A tenant. */
public record Organization(OrganizationId id, String name, String slug, Instant createdAt, long version) {}
