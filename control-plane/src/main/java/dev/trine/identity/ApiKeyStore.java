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

/** Rows of {@code api_keys}. */
@Repository
class ApiKeyStore {

    private static final String COLUMNS =
            "k.id, k.user_id, k.organization_id, k.project_id, k.name, k.sha256, k.scopes, k.created_at, k.expires_at, m.role";
    /** The key of somebody who is no member any longer opens nothing, and is none of theirs to see. */
    private static final String OF_MEMBERS = """
             FROM api_keys k
             JOIN memberships m ON m.organization_id = k.organization_id AND m.user_id = k.user_id
            """;

    private final JdbcClient jdbc;

    ApiKeyStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A key as kept: who made it, what they are in its organization now, and the hash that proves it. */
    record Kept(ApiKey key, UserId user, Role role, String sha256) {}

    void insert(ApiKey key, UserId user, String sha256) {
        ProjectId project = key.projectId();
        jdbc.sql("""
                        INSERT INTO api_keys (id, user_id, organization_id, project_id, name, sha256, scopes, created_at, expires_at)
                        VALUES (:id, :user, :organization, :project, :name, :sha256, :scopes, :now, :expires)
                        """)
                .param("id", key.id().value())
                .param("user", user.value())
                .param("organization", key.organizationId().value())
                .param("project", project == null ? null : project.value())
                .param("name", key.name())
                .param("sha256", sha256)
                .param("scopes", key.scopes().toArray(String[]::new))
                .param("now", Rows.utc(key.createdAt()))
                .param("expires", Rows.utcOrNull(key.expiresAt()))
                .update();
    }

    Optional<Kept> inForce(ApiKeyId id) {
        return jdbc.sql("SELECT " + COLUMNS + OF_MEMBERS + "WHERE k.id = :id AND k.revoked_at IS NULL")
                .param("id", id.value())
                .query(ApiKeyStore::row)
                .optional();
    }

    List<Kept> allInForce(Instant now) {
        return jdbc.sql("SELECT " + COLUMNS + OF_MEMBERS + """
                        WHERE k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > :now)
                        ORDER BY k.id
                        """)
                .param("now", Rows.utc(now))
                .query(ApiKeyStore::row)
                .list();
    }

    List<Kept> of(UserId user, ProjectId project, PageRequest page) {
        return jdbc.sql("SELECT " + COLUMNS + OF_MEMBERS + """
                        WHERE k.user_id = :user AND k.project_id = :project AND k.revoked_at IS NULL
                          AND (:after::uuid IS NULL OR k.id < :after)
                        ORDER BY k.id DESC
                        LIMIT :limit
                        """)
                .param("user", user.value())
                .param("project", project.value())
                .param("after", page.after())
                .param("limit", page.limit())
                .query(ApiKeyStore::row)
                .list();
    }

    /** False when the user has no such key in force for the project. */
    boolean revoke(ApiKeyId id, UserId user, ProjectId project, Instant now) {
        return jdbc.sql("""
                        UPDATE api_keys SET revoked_at = :now
                         WHERE id = :id AND user_id = :user AND project_id = :project AND revoked_at IS NULL
                        """)
                        .param("id", id.value())
                        .param("user", user.value())
                        .param("project", project.value())
                        .param("now", Rows.utc(now))
                        .update()
                == 1;
    }

    private static Kept row(ResultSet row, int number) throws SQLException {
        UUID project = row.getObject("project_id", UUID.class);
        var id = new ApiKeyId(row.getObject("id", UUID.class));
        var key = new ApiKey(
                id,
                row.getString("name"),
                Secrets.keyPrefix(id),
                new OrganizationId(row.getObject("organization_id", UUID.class)),
                project == null ? null : new ProjectId(project),
                List.of((String[]) row.getArray("scopes").getArray()),
                Rows.instant(row, "created_at"),
                Rows.instantOrNull(row, "expires_at"),
                null);
        return new Kept(
                key,
                new UserId(row.getObject("user_id", UUID.class)),
                Role.valueOf(row.getString("role")),
                row.getString("sha256"));
    }
}
