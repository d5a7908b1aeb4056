package dev.trine.identity;

import dev.trine.shared.AdvisoryLocks;
import dev.trine.shared.IdSource;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Makes the first admin, and the organization and project {@code default}, before the first request comes in. */
@Component
class Bootstrap implements FirstAdmin, SmartInitializingSingleton {

    private static final Logger LOG = LoggerFactory.getLogger(Bootstrap.class);
    private static final long LOCK = 0x7472696e65L;

    private final UserStore users;
    private final Organizations organizations;
    private final Passwords passwords;
    private final IdentityProperties properties;
    private final AdvisoryLocks locks;
    private final TransactionTemplate transactions;
    private final IdSource ids;
    private final Clock clock;
    private volatile boolean madeNow;

    Bootstrap(
            UserStore users,
            Organizations organizations,
            Passwords passwords,
            IdentityProperties properties,
            AdvisoryLocks locks,
            TransactionTemplate transactions,
            IdSource ids,
            Clock clock) {
        this.users = users;
        this.organizations = organizations;
        this.passwords = passwords;
        this.properties = properties;
        this.locks = locks;
        this.transactions = transactions;
        this.ids = ids;
        this.clock = clock;
    }

    /** Under an advisory lock, so that several copies starting at once make one admin. */
    @Override
    public void afterSingletonsInstantiated() {
        String password = properties.adminPassword();
        if (password == null || password.isBlank()) {
            return;
        }
        madeNow = Boolean.TRUE.equals(transactions.execute(status -> {
            locks.take(LOCK);
            if (users.byEmail(properties.adminEmail()).isPresent()) {
                return false;
            }
            var admin = new User(new UserId(ids.next()), properties.adminEmail(), "Admin");
            users.insert(admin, passwords.hash(password), clock.instant());
            organizations.ensureDefault(admin.id());
            LOG.info("made the first admin {}", admin.email());
            return true;
        }));
    }

    @Override
    public boolean madeNow() {
        return madeNow;
    }
}
