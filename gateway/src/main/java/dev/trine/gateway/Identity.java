package dev.trine.gateway;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.trine.lib.routing.GatewayConfig;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Tells a replica who calls, in place of the caller's credential: a JWT (RFC 7519, HS256) in {@value #HEADER}. Each service has a
 * key of its own, which follows from the internal token and the service's id and tells nothing of either the token or another
 * service's key (HKDF, RFC 5869): whoever has it can deceive that service alone, which has it anyway.
 */
final class Identity {

    static final String HEADER = "X-Trine-Identity";

    static final String ISSUER = "trine-gateway";

    /** How long one is good for; it is used for half as long, so that it does not end on its way. */
    static final Duration LIFETIME = Duration.ofMinutes(5);

    private static final String SALT = "trine/serve-identity/v1";
    private static final int KEY_BYTES = 32;

    private final byte[] internalToken;
    private final Clock clock;

    Identity(String internalToken, Clock clock) {
        this.internalToken = internalToken.getBytes(StandardCharsets.UTF_8);
        this.clock = clock;
    }

    /** What was signed, for as long as it may be sent. */
    record Signed(String jwt, Instant renewAt) {}

    /** Who {@code grant} is, told to one service; the same text for as long as it is fresh. */
    String of(Authenticator.Grant grant, String slug, GatewayConfig.Project project, String serviceId) {
        Instant now = clock.instant();
        Signed known = grant.signed().get(serviceId);
        if (known == null || !now.isBefore(known.renewAt())) {
            known = sign(grant, slug, project, serviceId, now);
            grant.signed().put(serviceId, known);
        }
        return known.jwt();
    }

    private Signed sign(
            Authenticator.Grant grant, String slug, GatewayConfig.Project project, String serviceId, Instant now) {
        Instant end = now.plus(LIFETIME);
        Instant grantEnds = grant.expiresAt();
        if (grantEnds != null && grantEnds.isBefore(end)) {
            end = grantEnds;
        }
        var claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(serviceId)
                .subject(grant.subject())
                .claim("org", project.organizationId())
                .claim("project", project.id())
                .claim("project_slug", slug)
                .claim("scope", String.join(" ", grant.scopes()))
                .issueTime(Date.from(now))
                .expirationTime(Date.from(end))
                .build();
        try {
            var jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
            jwt.sign(new MACSigner(keyOf(internalToken, serviceId)));
            return new Signed(
                    jwt.serialize(), now.plus(Duration.between(now, end).dividedBy(2)));
        } catch (JOSEException e) {
            throw new IllegalStateException("an identity could not be signed", e);
        }
    }

    /** The key of one service. */
    static SecretKey keyOf(byte[] internalToken, String serviceId) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveKey(
                            "HmacSHA256",
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(internalToken)
                                    .addSalt(SALT.getBytes(StandardCharsets.UTF_8))
                                    .thenExpand(serviceId.getBytes(StandardCharsets.UTF_8), KEY_BYTES));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
