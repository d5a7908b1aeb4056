package dev.trine.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.trine.shared.AdvisoryLocks;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.TrineException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Makes and checks access tokens: JWTs signed with ES256 (RFC 7515, RFC 7518), whose keys live in the database. */
@Component
class Tokens implements WorkloadTokens, SmartInitializingSingleton {

    private static final String ISSUER = "trine";
    private static final long LOCK = 0x7369676EL;
    private static final Duration LOOK_AT_MOST_EVERY = Duration.ofSeconds(1);
    private static final Duration PROVEN_FOR = Duration.ofMinutes(1);
    private static final int MOST_PROVEN = 10_000;

    private final SigningKeyStore keys;
    private final AdvisoryLocks locks;
    private final TransactionTemplate transactions;
    private final IdSource ids;
    private final Clock clock;
    private final AtomicReference<Instant> lookedAt;
    /** What was proven of tokens lately, by their hashes: a signature takes a fifth of a millisecond, and clients send one each time. */
    private final Cache<String, Proven> proven = Caffeine.newBuilder()
            .expireAfterAccess(PROVEN_FOR)
            .maximumSize(MOST_PROVEN)
            .build();

    private volatile Keyring ring = new Keyring(Map.of(), null);

    Tokens(SigningKeyStore keys, AdvisoryLocks locks, TransactionTemplate transactions, IdSource ids, Clock clock) {
        this.keys = keys;
        this.locks = locks;
        this.transactions = transactions;
        this.ids = ids;
        this.clock = clock;
        this.lookedAt = new AtomicReference<>(clock.instant());
    }

    /**
     * The keys as they were last read.
     *
     * @param signing the newest, which signs; null before the first look
     */
    private record Keyring(
            Map<String, ECKey> known, @Nullable ECKey signing) {
        Keyring {
            known = Map.copyOf(known);
        }
    }

    /** What a valid token says. */
    record Verified(
            UserId user,
            @Nullable ProjectId project,
            @Nullable Set<Permission> scopes,
            @Nullable String workload,
            @Nullable String attempt) {}

    /** What a token says that was signed with this key; it is as good as the key is, until it expires. */
    private record Proven(ECKey key, Verified says, Instant expires) {}

    /** A token for a person, as strong as their roles. */
    String forUser(UserId user, List<OrganizationId> organizations, Duration lifetime) {
        return sign(claims(user, lifetime)
                .claim(
                        "orgs",
                        organizations.stream().map(OrganizationId::toString).toList())
                .claim("scope", Permission.INFERENCE_INVOKE.scope())
                .build());
    }

    @Override
    public String forAttempt(
            UserId user,
            ProjectId project,
            Set<Permission> permissions,
            String workload,
            String attempt,
            Duration longest) {
        return sign(claims(user, longest)
                .claim("project", project.toString())
                .claim("workload", workload)
                .claim("attempt", attempt)
                .claim(
                        "permissions",
                        permissions.stream().map(Permission::scope).sorted().toList())
                .build());
    }

    private JWTClaimsSet.Builder claims(UserId user, Duration lifetime) {
        Instant now = clock.instant();
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject(user.toString())
                .jwtID(ids.next().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(lifetime)));
    }

    private String sign(JWTClaimsSet claims) {
        ECKey key = Objects.requireNonNull(ring.signing(), "made at the start");
        try {
            var header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                    .keyID(key.getKeyID())
                    .build();
            var jwt = new SignedJWT(header, claims);
            jwt.sign(new ECDSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("cannot sign a token", e);
        }
    }

    /** @throws TrineException {@code UNAUTHENTICATED} or {@code TOKEN_EXPIRED} */
    Verified verify(String token) {
        String hash = Secrets.sha256(token);
        Proven known = proven.getIfPresent(hash);
        if (known == null || !known.key().equals(ring.known().get(known.key().getKeyID()))) {
            known = prove(token);
            proven.put(hash, known);
        }
        if (!clock.instant().isBefore(known.expires())) {
            throw new TrineException(ErrorCode.TOKEN_EXPIRED, "the access token has expired; use the refresh token");
        }
        return known.says();
    }

    private Proven prove(String token) {
        try {
            var jwt = SignedJWT.parse(token);
            ECKey key = key(jwt.getHeader().getKeyID());
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            if (key == null
                    || !JWSAlgorithm.ES256.equals(jwt.getHeader().getAlgorithm())
                    || !jwt.verify(new ECDSAVerifier(key))
                    || !ISSUER.equals(claims.getIssuer())) {
                throw invalid();
            }
            String project = claims.getStringClaim("project");
            List<String> permissions = claims.getStringListClaim("permissions");
            var says = new Verified(
                    UserId.of(claims.getSubject()),
                    project == null ? null : ProjectId.of(project),
                    permissions == null
                            ? null
                            : permissions.stream()
                                    .flatMap(scope -> Permission.ofScope(scope).stream())
                                    .collect(Collectors.toSet()),
                    claims.getStringClaim("workload"),
                    claims.getStringClaim("attempt"));
            return new Proven(key, says, claims.getExpirationTime().toInstant());
        } catch (ParseException | JOSEException e) {
            throw invalid();
        }
    }

    /** The public keys as a JSON Web Key Set. */
    String jwks() {
        return new JWKSet(List.copyOf(load().known().values())).toString(true);
    }

    private static TrineException invalid() {
        return new TrineException(ErrorCode.UNAUTHENTICATED, "the access token is not one of ours");
    }

    private @Nullable ECKey key(@Nullable String id) {
        if (id == null) {
            return null;
        }
        ECKey key = ring.known().get(id);
        return key == null && mayLookAgain() ? load().known().get(id) : key;
    }

    /** An unknown key may be one that another copy has just made; but tokens with made-up keys shall cost little. */
    private boolean mayLookAgain() {
        Instant now = clock.instant();
        Instant last = lookedAt.get();
        return !now.isBefore(last.plus(LOOK_AT_MOST_EVERY)) && lookedAt.compareAndSet(last, now);
    }

    /** Makes the first key, before the first request comes in; under an advisory lock, so that several copies make one. */
    @Override
    public void afterSingletonsInstantiated() {
        transactions.executeWithoutResult(status -> {
            locks.take(LOCK);
            if (keys.all().isEmpty()) {
                ECKey made = make();
                keys.insert(made.getKeyID(), made.toJSONString(), clock.instant());
            }
        });
        var _ = load();
    }

    private ECKey make() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(ids.next().toString()).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("cannot make a signing key", e);
        }
    }

    /** What there is now; a key that was taken away is good no longer. */
    private Keyring load() {
        var known = new LinkedHashMap<String, ECKey>();
        ECKey newest = null;
        for (String jwk : keys.all()) {
            try {
                newest = ECKey.parse(jwk);
            } catch (ParseException e) {
                throw new IllegalStateException("a signing key in the database cannot be read", e);
            }
            known.put(newest.getKeyID(), newest);
        }
        var now = new Keyring(known, newest);
        ring = now;
        return now;
    }
}
