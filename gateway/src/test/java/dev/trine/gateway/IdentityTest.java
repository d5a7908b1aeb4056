package dev.trine.gateway;

import static dev.trine.gateway.SmallControlPlane.KEY;
import static dev.trine.gateway.SmallControlPlane.config;
import static dev.trine.gateway.SmallControlPlane.goodKey;
import static dev.trine.gateway.SmallControlPlane.service;
import static dev.trine.testkit.Await.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import dev.trine.lib.routing.GatewayConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a replica is told of its caller. */
class IdentityTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final byte[] TOKEN = SmallControlPlane.TOKEN.getBytes(UTF_8);
    private static final GatewayConfig.Project PROJECT = new GatewayConfig.Project("prj_1", "org_1");

    private static Identity at(Instant time) {
        return new Identity(SmallControlPlane.TOKEN, Clock.fixed(time, ZoneOffset.UTC));
    }

    private static Authenticator.Grant grant(@Nullable Instant ends) {
        return new Authenticator.Grant(
                "usr_1", List.of("org_1", "org_2"), null, List.of("inference:invoke", "data:read"), ends);
    }

    private static boolean isSignedFor(String service, String jwt) throws Exception {
        return SignedJWT.parse(jwt).verify(new MACVerifier(Identity.keyOf(TOKEN, service)));
    }

    @Test
    void itNamesWhoCallsWhichServiceOfWhichProjectAndWhatTheyMay() throws Exception {
        String jwt = at(NOW).of(grant(null), "shop", PROJECT, "svc_1");
        assertThat(isSignedFor("svc_1", jwt)).isTrue();
        JWTClaimsSet claims = SignedJWT.parse(jwt).getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo("trine-gateway");
        assertThat(claims.getAudience()).containsExactly("svc_1");
        assertThat(claims.getSubject()).isEqualTo("usr_1");
        assertThat(claims.getStringClaim("org")).isEqualTo("org_1");
        assertThat(claims.getStringClaim("project")).isEqualTo("prj_1");
        assertThat(claims.getStringClaim("project_slug")).isEqualTo("shop");
        assertThat(claims.getStringClaim("scope")).isEqualTo("inference:invoke data:read");
        assertThat(claims.getIssueTime()).isEqualTo(NOW);
        assertThat(claims.getExpirationTime()).isEqualTo(NOW.plus(Identity.LIFETIME));
    }

    @Test
    void aServicesKeyIsGoodForNoOther() throws Exception {
        Authenticator.Grant grant = grant(null);
        String one = at(NOW).of(grant, "shop", PROJECT, "svc_1");
        String other = at(NOW).of(grant, "shop", PROJECT, "svc_2");
        assertThat(isSignedFor("svc_2", one)).isFalse();
        assertThat(isSignedFor("svc_2", other)).isTrue();
    }

    @Test
    void itIsSignedAnewOnlyWhenHalfOfItsLifeIsOver() {
        Authenticator.Grant grant = grant(null);
        Duration half = Identity.LIFETIME.dividedBy(2);
        String first = at(NOW).of(grant, "shop", PROJECT, "svc_1");
        assertThat(at(NOW.plus(half).minusSeconds(1)).of(grant, "shop", PROJECT, "svc_1"))
                .isSameAs(first);
        assertThat(at(NOW.plus(half)).of(grant, "shop", PROJECT, "svc_1")).isNotEqualTo(first);
    }

    @Test
    void itDoesNotOutliveTheCredential() throws Exception {
        Instant soon = NOW.plusSeconds(7);
        String jwt = at(NOW).of(grant(soon), "shop", PROJECT, "svc_1");
        assertThat(SignedJWT.parse(jwt).getJWTClaimsSet().getExpirationTime()).isEqualTo(soon);
    }

    @Test
    void theKeyOfAServiceStaysTheSame() {
        // other programs derive it too: ADR 13
        assertThat(Identity.keyOf("token".getBytes(UTF_8), "svc_1").getEncoded())
                .asHexString()
                .isEqualToIgnoringCase("493086b718245563e35f05dd7b193e400a9765bc01c82d831b10130e6faa9b19");
    }

    @Test
    void aReplicaIsToldAndNobodyElseCanTellIt() throws Exception {
        try (SmallControlPlane upstream = SmallControlPlane.start();
                HttpClient client = HttpClient.newHttpClient();
                Gateway gateway = Gateway.start(
                        new GatewayOptions("127.0.0.1", 0, upstream.url(), SmallControlPlane.TOKEN, null, null),
                        Clock.systemUTC())) {
            upstream.answer("/v2/", IdentityTest::told);
            upstream.answer("/api/", IdentityTest::told);
            upstream.tell(config(goodKey(), List.of(service("digits", upstream.port()))));
            await("the routing").until(gateway::ready);
            var request = HttpRequest.newBuilder()
                    .header("Authorization", "Bearer " + KEY)
                    .header(Identity.HEADER, "forged");
            URI url = URI.create("http://127.0.0.1:" + gateway.port());
            String told = client.send(
                            request.uri(url.resolve("/serve/shop/digits/v2/x")).build(), BodyHandlers.ofString())
                    .body();
            assertThat(isSignedFor("svc_digits", told)).isTrue();
            assertThat(SignedJWT.parse(told).getJWTClaimsSet().getSubject()).isEqualTo("key_1");
            assertThat(client.send(request.uri(url.resolve("/api/x")).build(), BodyHandlers.ofString())
                            .body())
                    .isEqualTo("null");
        }
    }

    private static void told(HttpExchange exchange) throws IOException {
        byte[] told = String.valueOf(exchange.getRequestHeaders().getFirst(Identity.HEADER))
                .getBytes(UTF_8);
        exchange.sendResponseHeaders(200, told.length);
        exchange.getResponseBody().write(told);
        exchange.close();
    }
}
