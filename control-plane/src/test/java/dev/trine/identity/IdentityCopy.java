package dev.trine.identity;

import dev.trine.MovableClock;
import dev.trine.Schema;
import dev.trine.shared.Alone;
import dev.trine.shared.IdSource;
import dev.trine.shared.Wakeups;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** One copy of the control plane's identity, on a real database and without a Spring context. */
final class IdentityCopy {

    final MovableClock clock;
    final IdSource ids;
    /** The attempts that have not ended, each after its workload. */
    final Set<String> live;

    final JdbcClient jdbc;
    final TransactionTemplate transactions;
    final OrganizationStore organizationStore;
    final ApiKeyStore keyStore;
    final Organizations organizations;
    final Tokens tokens;
    final Accounts accounts;
    final ApiKeys keys;
    final Access access;
    final String database;
    /** How often the database was asked, transactions counted as one. */
    final AtomicInteger questions = new AtomicInteger();

    /** One alone on a fresh database. */
    IdentityCopy() {
        this(Schema.freshDatabaseAcrossProjects(), new MovableClock());
    }

    private IdentityCopy(String database, MovableClock clock) {
        this(database, clock, new IdSource(clock, new Random(1)), new HashSet<>());
    }

    /** Another beside one. */
    IdentityCopy(IdentityCopy beside) {
        this(beside.database, beside.clock, beside.ids, beside.live);
    }

    private IdentityCopy(String database, MovableClock clock, IdSource ids, Set<String> live) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.live = live;
        var source = new DriverManagerDataSource(database) {
            @Override
            protected Connection getConnectionFromDriver(Properties properties) throws SQLException {
                questions.incrementAndGet();
                return super.getConnectionFromDriver(properties);
            }
        };
        jdbc = JdbcClient.create(source);
        transactions = new TransactionTemplate(new JdbcTransactionManager(source));
        Wakeups wakeups = Alone.wakeups(ids);
        var audit = new AuditLog(jdbc, ids, clock);
        organizationStore = new OrganizationStore(jdbc);
        keyStore = new ApiKeyStore(jdbc);
        organizations = new Organizations(organizationStore, audit, wakeups, ids, clock);
        tokens = new Tokens(new SigningKeyStore(jdbc), Alone.locks(jdbc), transactions, ids, clock);
        tokens.afterSingletonsInstantiated();
        accounts = new Accounts(
                new UserStore(jdbc, clock),
                new LoginFailureStore(jdbc, clock),
                organizations,
                new Passwords(),
                new VerifiedPasswords(new SecureRandom(), clock),
                tokens,
                properties("admin@trine.local"),
                transactions,
                ids,
                new SecureRandom(),
                clock);
        keys = new ApiKeys(keyStore, organizationStore, tokens, audit, wakeups, ids, new Random(3), clock);
        access = new Access(
                tokens,
                new RecentAccess(keyStore, organizationStore, wakeups),
                accounts,
                (workload, attempt) -> live.contains(workload + "/" + attempt),
                clock);
    }

    Bootstrap start(String adminEmail, String password) {
        var bootstrap = new Bootstrap(
                new UserStore(jdbc, clock),
                organizations,
                new Passwords(),
                new IdentityProperties(
                        IdentityProperties.Registration.OPEN,
                        false,
                        IdentityProperties.Exposure.LOOPBACK,
                        adminEmail,
                        password,
                        Duration.ofMinutes(15),
                        Duration.ofDays(30),
                        null),
                Alone.locks(jdbc),
                transactions,
                ids,
                clock);
        bootstrap.afterSingletonsInstantiated();
        return bootstrap;
    }

    private static IdentityProperties properties(String adminEmail) {
        return new IdentityProperties(
                IdentityProperties.Registration.OPEN,
                false,
                IdentityProperties.Exposure.LOOPBACK,
                adminEmail,
                null,
                Duration.ofMinutes(15),
                Duration.ofDays(30),
                null);
    }
}
