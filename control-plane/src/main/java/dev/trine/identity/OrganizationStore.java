package dev.trine.identity;

import dev.trine.shared.PageRequest;
import dev.trine.shared.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of {@code organizations}, {@code memberships} and {@code projects}. */
@Repository
class OrganizationStore {

    private final JdbcClient jdbc;

    OrganizationStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A project together with the role that somebody has in it. */
    record Reachable(Project project, Role role) {}

    /** An organization together with the role that somebody has in it. */
    record Joined(Organization organization, Role role) {}

    /** False when the slug is taken. */
    boolean insert(Organization organization) {
        return jdbc.sql("""
                        INSERT INTO organizations (id, name, slug, created_at) VALUES (:id, :name, :slug, :now)
                        ON CONFLICT (slug) DO NOTHING
                        """)
                        .param("id", organization.id().value())
                        .param("name", organization.name())
                        .param("slug", organization.slug())
                        .param("now", Rows.utc(organization.createdAt()))
                        .update()
                == 1;
    }

    void insertMember(OrganizationId organization, UserId user, Role role, Instant now) {
        jdbc.sql("""
                        INSERT INTO memberships (organization_id, user_id, role, created_at)
                        VALUES (:organization, :user, :role, :now)
                        ON CONFLICT (organization_id, user_id) DO UPDATE SET role = excluded.role
                        """)
                .param("organization", organization.value())
                .param("user", user.value())
                .param("role", role.name())
                .param("now", Rows.utc(now))
                .update();
    }

    /** False when the slug is taken. */
    boolean insert(Project project) {
        return jdbc.sql("""
                        INSERT INTO projects (id, organization_id, name, slug, created_at)
                        VALUES (:id, :organization, :name, :slug, :now)
                        ON CONFLICT (slug) DO NOTHING
                        """)
                        .param("id", project.id().value())
                        .param("organization", project.organizationId().value())
                        .param("name", project.name())
                        .param("slug", project.slug())
                        .param("now", Rows.utc(project.createdAt()))
                        .update()
                == 1;
    }

    List<Joined> organizationsOf(UserId user) {
        return jdbc.sql("""
                        SELECT o.id, o.name, o.slug, o.created_at, o.version, m.role
                          FROM memberships m JOIN organizations o ON o.id = m.organization_id
                         WHERE m.user_id = :user
                         ORDER BY o.id
                        """)
                .param("user", user.value())
                .query((row, number) -> new Joined(organization(row), Role.valueOf(row.getString("role"))))
                .list();
    }

    Optional<Organization> organization(OrganizationId id) {
        return jdbc.sql("SELECT id, name, slug, created_at, version FROM organizations WHERE id = :id")
                .param("id", id.value())
                .query((row, number) -> organization(row))
                .optional();
    }

    List<Project> projects(OrganizationId organization, PageRequest page) {
        return jdbc.sql("""
                        SELECT id, organization_id, name, slug, internet_access, created_at, version
                          FROM projects
                         WHERE organization_id = :organization AND (:after::uuid IS NULL OR id < :after)
                         ORDER BY id DESC
                         LIMIT :limit
                        """)
                .param("organization", organization.value())
                .param("after", page.after())
                .param("limit", page.limit())
                .query((row, number) -> project(row))
                .list();
    }

    /** Every project that a user's memberships reach, oldest first. */
    List<Project> projectsOf(UserId user) {
        return jdbc.sql("""
                        SELECT p.id, p.organization_id, p.name, p.slug, p.internet_access, p.created_at, p.version
                          FROM memberships m JOIN projects p ON p.organization_id = m.organization_id
                         WHERE m.user_id = :user
                         ORDER BY p.id
                        """)
                .param("user", user.value())
                .query((row, number) -> project(row))
                .list();
    }

    /** A project by slug or id, if the user reaches it. */
    Optional<Reachable> reach(UserId user, String slug, UUID id) {
        return jdbc.sql("""
                        SELECT p.id, p.organization_id, p.name, p.slug, p.internet_access, p.created_at, p.version, m.role
                          FROM projects p JOIN memberships m ON m.organization_id = p.organization_id
                         WHERE m.user_id = :user AND (p.slug = :slug OR p.id = :id)
                        """)
                .param("user", user.value())
                .param("slug", slug)
                .param("id", id)
                .query((row, number) -> new Reachable(project(row), Role.valueOf(row.getString("role"))))
                .optional();
    }

    Optional<Project> project(String slug) {
        return jdbc.sql(
                        "SELECT id, organization_id, name, slug, internet_access, created_at, version FROM projects WHERE slug = :slug")
                .param("slug", slug)
                .query((row, number) -> project(row))
                .optional();
    }

    /** The project afterwards, if it is one of the organization's. */
    Optional<Project> allowInternet(OrganizationId organization, ProjectId project, boolean allowed) {
        return jdbc.sql("""
                        UPDATE projects
                           SET internet_access = :allowed, version = version + 1
                         WHERE id = :id AND organization_id = :organization
                        RETURNING id, organization_id, name, slug, internet_access, created_at, version
                        """)
                .param("id", project.value())
                .param("organization", organization.value())
                .param("allowed", allowed)
                .query((row, number) -> project(row))
                .optional();
    }

    /** False for one that is not there. */
    boolean internetAccess(ProjectId project) {
        return jdbc.sql("SELECT internet_access FROM projects WHERE id = :id")
                .param("id", project.value())
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    List<Project> allProjects() {
        return jdbc.sql("SELECT id, organization_id, name, slug, internet_access, created_at, version FROM projects")
                .query((row, number) -> project(row))
                .list();
    }

    private static Organization organization(ResultSet row) throws SQLException {
        return new Organization(
                new OrganizationId(row.getObject("id", UUID.class)),
                row.getString("name"),
                row.getString("slug"),
                Rows.instant(row, "created_at"),
                row.getLong("version"));
    }

    private static Project project(ResultSet row) throws SQLException {
        return new Project(
                new ProjectId(row.getObject("id", UUID.class)),
                new OrganizationId(row.getObject("organization_id", UUID.class)),
                row.getString("name"),
                row.getString("slug"),
                row.getBoolean("internet_access"),
                Rows.instant(row, "created_at"),
                row.getLong("version"));
    }
}
