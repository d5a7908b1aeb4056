package dev.trine.identity;

import dev.trine.Plans;
import dev.trine.shared.IdSource;
import dev.trine.shared.PageRequest;
import java.time.Clock;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The lists of this module read their page from an index. */
class IdentityPlansTest {

    private static final Plans PLANS = new Plans("""
            INSERT INTO api_keys (id, user_id, organization_id, project_id, name, sha256, scopes, created_at)
            SELECT uuidv7(), u.id, u.id, u.id, 'k', '', '{}', now() FROM users u, generate_series(1, 100) n;
            INSERT INTO memberships (organization_id, user_id, role, created_at)
            SELECT id, id, 'OWNER', now() FROM users;
            INSERT INTO projects (id, organization_id, name, slug, created_at)
            SELECT uuidv7(), u.id, 'p', u.id || '-' || n, now() FROM users u, generate_series(1, 100) n;
            INSERT INTO audit_events (id, at, project_id, action, subject, details, request_id)
            SELECT uuidv7(), now(), u.id, 'a', 's', '{}', '-' FROM users u, generate_series(1, 100) n;
            """);
    private static final PageRequest FIRST = new PageRequest(50, null);
    private static final PageRequest NEXT = new PageRequest(50, Plans.SOMEWHERE);
    private static final ApiKeyStore KEYS = new ApiKeyStore(PLANS.jdbc());
    private static final OrganizationStore ORGANIZATIONS = new OrganizationStore(PLANS.jdbc());
    private static final AuditLog AUDIT =
            new AuditLog(PLANS.jdbc(), new IdSource(Clock.systemUTC(), new Random(1)), Clock.systemUTC());

    @AfterAll
    static void close() {
        PLANS.close();
    }

    @Test
    void keysOfAUser() {
        PLANS.of(() -> KEYS.of(new UserId(Plans.PROJECT), new ProjectId(Plans.PROJECT), FIRST))
                .uses("api_keys_by_user", "user_id =");
        PLANS.of(() -> KEYS.of(new UserId(Plans.PROJECT), new ProjectId(Plans.PROJECT), NEXT))
                .uses("api_keys_by_user", "id <");
    }

    @Test
    void projectsOfAnOrganization() {
        PLANS.of(() -> ORGANIZATIONS.projects(new OrganizationId(Plans.PROJECT), FIRST))
                .uses("projects_by_organization", "organization_id =");
        PLANS.of(() -> ORGANIZATIONS.projects(new OrganizationId(Plans.PROJECT), NEXT))
                .uses("projects_by_organization", "id <");
    }

    @Test
    void latestEventsOfAProject() {
        PLANS.of(() -> AUDIT.latest(new ProjectId(Plans.PROJECT), 20)).uses("audit_events_by_project", "project_id =");
    }
}
