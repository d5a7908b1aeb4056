package dev.trine.identity;

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
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.Rows;
import dev.trine.shared.TrineException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Makes and checks access tokens: JWTs signed with ES256 (RFC 7515, RFC 7518), whose keys live in the database. */
@Component
class Tokens implements WorkloadTokens {

    private static final String ISSUER = "trine";

    private final JdbcClient jdbc;
    private final IdSource ids;
    private final Clock clock;
    private final Map<String, ECKey> known = new ConcurrentHashMap<>();
    private volatile @Nullable ECKey signing;

    Tokens(JdbcClient jdbc, IdSource ids, Clock clock) {
        this.jdbc = jdbc;
        this.ids = ids;
        this.clock = clock;
    }

    /** What a valid token says. */
    record Verified(
            UserId user, @Nullable String project, @Nullable Set<Permission> scopes) {}

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
    public String forWorkload(UserId user, ProjectId project, Set<Permission> permissions, Duration lifetime) {
        return sign(claims(user, lifetime)
                .claim("project", project.toString())
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
        ECKey key = signingKey();
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
            if (!clock.instant().isBefore(claims.getExpirationTime().toInstant())) {
                throw new TrineException(
                        ErrorCode.TOKEN_EXPIRED, "the access token has expired; use the refresh token");
            }
            List<String> permissions = claims.getStringListClaim("permissions");
            return new Verified(
                    UserId.of(claims.getSubject()),
                    claims.getStringClaim("project"),
                    permissions == null
                            ? null
                            : permissions.stream()
                                    .flatMap(scope -> Permission.ofScope(scope).stream())
                                    .collect(Collectors.toSet()));
        } catch (ParseException | JOSEException e) {
            throw invalid();
        }
    }

    /** The public keys as a JSON Web Key Set. */
    String jwks() {
        signingKey();
        return new JWKSet(List.copyOf(known.values())).toString(true);
    }

    private static TrineException invalid() {
        return new TrineException(ErrorCode.UNAUTHENTICATED, "the access token is not one of ours");
    }

    private @Nullable ECKey key(@Nullable String id) {
        if (id == null) {
            return null;
        }
        ECKey key = known.get(id);
        if (key == null) {
            load();
            key = known.get(id);
        }
        return key;
    }

    /** The newest key; made on first use. Two copies that start at once both make one, and both keys verify. */
    private synchronized ECKey signingKey() {
        ECKey key = signing;
        if (key == null) {
            load();
            key = signing;
        }
        if (key == null) {
            try {
                key = new ECKeyGenerator(Curve.P_256)
                        .keyID(ids.next().toString())
                        .generate();
            } catch (JOSEException e) {
                throw new IllegalStateException("cannot make a signing key", e);
            }
            jdbc.sql("INSERT INTO signing_keys (id, jwk, created_at) VALUES (:id, :jwk, :now)")
                    .param("id", key.getKeyID())
                    .param("jwk", key.toJSONString())
                    .param("now", Rows.utc(clock.instant()))
                    .update();
            known.put(key.getKeyID(), key);
            signing = key;
        }
        return key;
    }

    private void load() {
        jdbc.sql("SELECT jwk FROM signing_keys ORDER BY created_at, id")
                .query(String.class)
                .list()
                .forEach(jwk -> {
                    try {
                        ECKey key = ECKey.parse(jwk);
                        known.put(key.getKeyID(), key);
                        signing = key;
                    } catch (ParseException e) {
                        throw new IllegalStateException("a signing key in the database cannot be read", e);
                    }
                });
    }
}
