package dev.trine.identity;

/**
 * The project a request is about, with the permission of its endpoint already decided. A controller method takes it as an
 * argument; it comes from the header {@code X-Trine-Project} (slug or id), else the API key's project, else {@code default}.
 */
public record ProjectScope(ProjectId projectId, OrganizationId organizationId, String slug, Caller caller) {}
