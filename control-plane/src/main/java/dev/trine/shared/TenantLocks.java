package dev.trine.shared;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Says at the start, and in {@code /health}, when PostgreSQL does not keep projects apart: it lets superusers and roles with
 * BYPASSRLS past every policy. The first lock, the {@code project_id} of every query, holds all the same.
 */
@Repository("rowSecurity")
class TenantLocks implements HealthIndicator, SmartInitializingSingleton {

    private static final Logger LOG = LoggerFactory.getLogger(TenantLocks.class);

    private final JdbcClient jdbc;
    private volatile Health health = Health.unknown().build();

    TenantLocks(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Whether the role that the platform is connected as is past every policy. */
    boolean bypassed() {
        return jdbc.sql("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
                .query(Boolean.class)
                .single();
    }

    @Override
    public void afterSingletonsInstantiated() {
        if (!bypassed()) {
            health = Health.up().build();
            return;
        }
        LOG.warn(
                "PostgreSQL's row-level security is off: the database's user is a superuser or has BYPASSRLS, which no policy"
                        + " holds. Connect as an ordinary role that owns the database; see docs/guides/deploy.md");
        health = Health.unknown()
                .withDetail("reason", "the database's user is a superuser or has BYPASSRLS")
                .build();
    }

    @Override
    public Health health() {
        return health;
    }
}
