package dev.trine.gateway;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.trine.lib.routing.GatewayConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Decides by itself, from the snapshot alone, who may call a service. One per routing table, so nothing stale is remembered. */
final class Authenticator {

    static final String INVOKE = "inference:invoke";
    private static final String ISSUER = "trine";
    private static final int MOST_REMEMBERED = 10_000;

    private final RoutingTable routing;
    private final Clock clock;
    private final Recent<String, Grant> remembered = new Recent<>(MOST_REMEMBERED);

    Authenticator(RoutingTable routing, Clock clock) {
        this.routing = routing;
        this.clock = clock;
    }

    /** What comes of a check. */
    sealed interface Verdict permits Refused, Grant {}

    /** The caller may not. */
    record Refused(Problem why) implements Verdict {}

    /**
     * What a credential is good for.
     *
     * @param subject whose it is: a user's id, or the public part of a key
     * @param projectId the only project; null for all of the organizations
     * @param expiresAt null for never
     * @param signed by service, what has been signed of it; services are few, and a grant lives as long as the routing
     */
    record Grant(
            String subject,
            List<String> organizations,
            @Nullable String projectId,
            List<String> scopes,
            @Nullable Instant expiresAt,
            Map<String, Identity.Signed> signed)
            implements Verdict {

        Grant(
                String subject,
                List<String> organizations,
                @Nullable String projectId,
                List<String> scopes,
                @Nullable Instant expiresAt) {
            this(subject, organizations, projectId, scopes, expiresAt, new ConcurrentHashMap<>());
        }
    }

    /**
     * Checks a credential against a project.
     *
     * @param credential the {@code Authorization} header
     * @return a grant if it may call, else why not
     */
    Verdict check(@Nullable String credential, String projectSlug) {
        if (credential == null || !credential.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return new Refused(Problem.unauthenticated("send 'Authorization: Bearer <API key or access token>'"));
        }
        String token = credential.substring(7).strip();
        Grant grant = remembered.get(token);
        if (grant == null) {
            grant = token.startsWith("trine_") ? ofKey(token) : ofJwt(token);
            if (grant == null) {
                return new Refused(Problem.unauthenticated("the credential is not one of ours, or not in force"));
            }
            remembered.put(token, grant);
        }
        Instant expires = grant.expiresAt();
        if (expires != null && !clock.instant().isBefore(expires)) {
            return new Refused(Problem.expired("the credential has expired"));
        }
        GatewayConfig.Project project = routing.project(projectSlug);
        boolean inside = project != null
                && grant.organizations().contains(project.organizationId())
                && (grant.projectId() == null || grant.projectId().equals(project.id()));
        if (!inside) {
            return new Refused(Problem.notFound("there is no such service"));
        }
        if (!grant.scopes().contains(INVOKE) && !grant.scopes().contains("*")) {
            return new Refused(
                    Problem.denied("this needs the scope '%s', which the key does not have".formatted(INVOKE)));
        }
        return grant;
    }

    private @Nullable Grant ofKey(String key) {
        GatewayConfig.ApiKey known = routing.key(sha256(key));
        return known == null
                ? null
                : new Grant(
                        known.id(),
                        List.of(known.organizationId()),
                        known.projectId(),
                        known.scopes(),
                        known.expiresAt());
    }

    private @Nullable Grant ofJwt(String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            if (!(routing.jwks().getKeyByKeyId(jwt.getHeader().getKeyID()) instanceof ECKey key)
                    || !JWSAlgorithm.ES256.equals(jwt.getHeader().getAlgorithm())
                    || !jwt.verify(new ECDSAVerifier(key))
                    || !ISSUER.equals(claims.getIssuer())
                    || claims.getSubject() == null
                    || claims.getExpirationTime() == null
                    || claims.getStringListClaim("orgs") == null) {
                return null;
            }
            String scope = claims.getStringClaim("scope");
            return new Grant(
                    claims.getSubject(),
                    claims.getStringListClaim("orgs"),
                    null,
                    scope == null ? List.of() : List.of(scope.split(" ", -1)),
                    claims.getExpirationTime().toInstant());
        } catch (ParseException | JOSEException notOurs) {
            return null;
        }
    }

    private static String sha256(String key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
