package dev.trine.identity;

import dev.trine.identity.LoginFailureStore.Failures;
import dev.trine.identity.UserStore.Account;
import dev.trine.identity.UserStore.Refresh;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.TrineException;
import dev.trine.shared.Violation;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** Registering, logging in and staying logged in. */
@Service
class Accounts {

    private static final Pattern EMAIL = Pattern.compile("[^@\\s]{1,64}@[^@\\s]{1,190}");
    static final int MIN_PASSWORD = 10;
    private static final int FREE_FAILURES = 5;
    private static final Duration LONGEST_LOCK = Duration.ofMinutes(15);

    /** Each password costs 19 MiB and a core for a moment, and holds a connection. */
    private final Semaphore judging =
            new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()), true);

    private final UserStore users;
    private final LoginFailureStore failures;
    private final Organizations organizations;
    private final Passwords passwords;
    private final VerifiedPasswords verified;
    private final Tokens tokens;
    private final IdentityProperties properties;
    private final TransactionTemplate transactions;
    private final IdSource ids;
    private final RandomGenerator random;
    private final Clock clock;

    Accounts(
            UserStore users,
            LoginFailureStore failures,
            Organizations organizations,
            Passwords passwords,
            VerifiedPasswords verified,
            Tokens tokens,
            IdentityProperties properties,
            TransactionTemplate transactions,
            IdSource ids,
            RandomGenerator random,
            Clock clock) {
        this.users = users;
        this.failures = failures;
        this.organizations = organizations;
        this.passwords = passwords;
        this.verified = verified;
        this.tokens = tokens;
        this.properties = properties;
        this.transactions = transactions;
        this.ids = ids;
        this.random = random;
        this.clock = clock;
    }

    /**
     * A login.
     *
     * @param expiresIn seconds the access token is good
     */
    record Session(User user, String accessToken, String refreshToken, long expiresIn) {}

    /** A new user, with an organization and a project of their own. */
    Session register(String email, String password, String name) {
        if (!properties.registrationIsOpen()) {
            throw new TrineException(ErrorCode.REGISTRATION_CLOSED, "ask an administrator for an account");
        }
        var found = new ArrayList<Violation>();
        if (!EMAIL.matcher(email).matches()) {
            found.add(new Violation("email", "'%s' is not an e-mail address".formatted(email)));
        }
        if (password.length() < MIN_PASSWORD || password.length() > 200) {
            found.add(new Violation("password", "must have %d to 200 characters".formatted(MIN_PASSWORD)));
        }
        if (name.isBlank() || name.length() > 200) {
            found.add(new Violation("name", "must have 1 to 200 characters"));
        }
        if (!found.isEmpty()) {
            throw TrineException.invalid(found);
        }
        String hash = passwords.hash(password);
        return transactions.execute(status -> {
            var user = new User(new UserId(ids.next()), email, name);
            if (!users.insert(user, hash, clock.instant())) {
                throw new TrineException(
                        ErrorCode.ALREADY_EXISTS, "there is an account for '%s' already".formatted(email));
            }
            organizations.found(user, name);
            return session(user, ids.next());
        });
    }

    /** The same answer, after the same time, for an unknown e-mail and a wrong password. */
    Session login(String email, String password) {
        User user = judged(email, password).user();
        return transactions.execute(status -> session(user, ids.next()));
    }

    /**
     * Checks the password of a client that sends it with every request. One that was right within the last minute, and is the
     * user's still, is judged without the cost; but not while the e-mail is locked.
     */
    User authenticate(String email, String password) {
        Optional<String> fitted = verified.hashOf(email, password);
        if (fitted.isPresent()) {
            Optional<Account> account = users.unlocked(email, LoginFailureStore.key(email), clock.instant())
                    .filter(now -> now.passwordHash().equals(fitted.get()));
            if (account.isPresent()) {
                return account.get().user();
            }
            verified.forget(email, password);
        }
        Account account = judged(email, password);
        verified.remember(email, password, account.passwordHash());
        return account.user();
    }

    /**
     * Checks a password; failures are counted, and after some of them only time helps. An e-mail that nobody has is treated like
     * any other.
     */
    private Account judged(String email, String password) {
        judging.acquireUninterruptibly();
        try {
            // what is found is kept also when it is a refusal, so the transaction must end well
            Judgement judgement = transactions.execute(status -> judge(email, password));
            return judgement.orThrow();
        } finally {
            judging.release();
        }
    }

    private Judgement judge(String email, String password) {
        Failures before = failures.lock(email);
        Instant now = clock.instant();
        Instant locked = before.lockedUntil();
        if (locked != null && now.isBefore(locked)) {
            return new Judgement(null, Duration.between(now, locked));
        }
        Account account = users.byEmail(email).orElse(null);
        if (account == null) {
            passwords.pretend(password);
        } else if (passwords.matches(password, account.passwordHash())) {
            failures.forget(email);
            return new Judgement(account, Duration.ZERO);
        }
        int count = before.count() + 1;
        failures.set(email, new Failures(count, count < FREE_FAILURES ? null : now.plus(lock(count))));
        return new Judgement(null, Duration.ZERO);
    }

    /** Whose password it is, or nobody's; if it was not even looked at, for how long none will be. */
    private record Judgement(@Nullable Account account, Duration locked) {

        Account orThrow() {
            if (locked.isPositive()) {
                throw new TrineException(
                        ErrorCode.ACCOUNT_LOCKED,
                        "too many failed logins; try again in %d seconds".formatted(locked.toSeconds() + 1));
            }
            if (account == null) {
                throw new TrineException(ErrorCode.INVALID_CREDENTIALS, "e-mail or password is wrong");
            }
            return account;
        }
    }

    /** 1 s, 2 s, 4 s, … from the fifth failure on. */
    private static Duration lock(int failures) {
        Duration lock = Duration.ofSeconds(1L << Math.min(failures - FREE_FAILURES, 20));
        return lock.compareTo(LONGEST_LOCK) > 0 ? LONGEST_LOCK : lock;
    }

    /** Exchanges a refresh token for a new session; one that was used before revokes every token that came of its login. */
    Session refresh(String refreshToken) {
        Session session = transactions.execute(status -> {
            String sha256 = Secrets.sha256(refreshToken);
            Refresh kept = users.lockRefresh(sha256).orElseThrow(Accounts::invalidRefresh);
            Instant now = clock.instant();
            if (kept.used() && !kept.revoked()) {
                users.revokeFamily(kept.family(), now);
                return null;
            }
            if (kept.revoked() || !now.isBefore(kept.expiresAt())) {
                return null;
            }
            users.useRefresh(sha256, now);
            return session(users.find(kept.user()).orElseThrow(Accounts::invalidRefresh), kept.family());
        });
        if (session == null) {
            throw invalidRefresh();
        }
        return session;
    }

    @Transactional
    void logout(String refreshToken) {
        users.lockRefresh(Secrets.sha256(refreshToken))
                .ifPresent(kept -> users.revokeFamily(kept.family(), clock.instant()));
    }

    private Session session(User user, UUID family) {
        Instant now = clock.instant();
        String refresh = Secrets.random(random);
        users.insertRefresh(
                Secrets.sha256(refresh), family, user.id(), now, now.plus(properties.refreshTokenLifetime()));
        List<OrganizationId> member = organizations.memberOf(user.id());
        return new Session(
                user,
                tokens.forUser(user.id(), member, properties.accessTokenLifetime()),
                refresh,
                properties.accessTokenLifetime().toSeconds());
    }

    private static TrineException invalidRefresh() {
        return new TrineException(ErrorCode.UNAUTHENTICATED, "the refresh token is not in force; log in again");
    }
}
