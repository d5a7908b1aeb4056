package dev.trine.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.trine.MovableClock;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.PageRequest;
import dev.trine.shared.TrineException;
import dev.trine.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Accounts, credentials and what they reach, on a real database and without a Spring context. */
class IdentityTest {

    private static final String PASSWORD = "correct horse";

    private IdentityCopy copy = new IdentityCopy();
    private final MovableClock clock = copy.clock;
    private final Set<String> live = copy.live;

    private Caller loggedIn(String email) {
        return copy.access.identify(
                "Bearer " + copy.accounts.login(email, PASSWORD).accessToken());
    }

    @BeforeEach
    void annIsRegistered() {
        copy.accounts.register("ann@example.org", PASSWORD, "Ann");
    }

    private static @Nullable ErrorCode refusal(Callable<?> attempt) {
        try {
            attempt.call();
            return null;
        } catch (TrineException e) {
            return e.code();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable ErrorCode login(String email, String password) {
        return refusal(() -> copy.accounts.login(email, password));
    }

    @Test
    void fiveWrongPasswordsLockAnAccountForAMomentThatGrows() {
        for (int i = 0; i < 5; i++) {
            assertThat(login("Ann@example.org", "wrong")).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        }
        assertThat(login("ann@example.org", PASSWORD)).isEqualTo(ErrorCode.ACCOUNT_LOCKED);
        clock.move(Duration.ofSeconds(1));
        assertThat(login("ann@example.org", "wrong")).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        clock.move(Duration.ofMillis(1_900));
        assertThat(login("ann@example.org", PASSWORD)).isEqualTo(ErrorCode.ACCOUNT_LOCKED);
        clock.move(Duration.ofMillis(100));
        assertThat(login("ann@example.org", PASSWORD)).isNull();
        assertThat(login("ann@example.org", "wrong")).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        assertThat(login("ann@example.org", PASSWORD)).isNull();
    }

    @Test
    void anEmailThatNobodyHasIsLockedLikeAnyOther() {
        for (int i = 0; i < 5; i++) {
            assertThat(login("nobody@example.org", "wrong")).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        }
        assertThat(login("nobody@example.org", "wrong")).isEqualTo(ErrorCode.ACCOUNT_LOCKED);
    }

    @Test
    void guessesAtTheSameTimeAreJudgedNoOftenerThanOneAfterTheOther() throws InterruptedException, ExecutionException {
        var answers = new ArrayList<Future<@Nullable ErrorCode>>();
        try (var side = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                answers.add(side.submit(() -> login("ann@example.org", "wrong")));
            }
        }
        int judged = 0;
        for (Future<@Nullable ErrorCode> answer : answers) {
            if (answer.get() == ErrorCode.INVALID_CREDENTIALS) {
                judged++;
            }
        }
        assertThat(judged).isEqualTo(5);
    }

    private static String basic(String email, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((email + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private @Nullable ErrorCode sent(String email, String password) {
        return refusal(() -> copy.access.identify(basic(email, password)));
    }

    private int failuresKept() {
        return copy.jdbc
                .sql("SELECT coalesce(sum(failures), 0) FROM login_failures")
                .query(Integer.class)
                .single();
    }

    @Test
    void aPasswordThatIsSentWithEveryRequestIsJudgedOnceAMinute() {
        assertThat(sent("ann@example.org", PASSWORD)).isNull();
        assertThat(sent("ann@example.org", "wrong")).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        copy.questions.set(0);
        for (int i = 0; i < 10; i++) {
            assertThat(sent("Ann@example.org", PASSWORD)).isNull();
        }
        assertThat(copy.questions).as("one look for each").hasValue(10);
        assertThat(failuresKept()).as("a judgement would have forgotten it").isOne();
        clock.move(Duration.ofSeconds(60));
        assertThat(sent("ann@example.org", PASSWORD)).isNull();
        assertThat(failuresKept()).isZero();
    }

    @Test
    void aPasswordThatHasBeenChangedIsRefusedAtOnce() {
        assertThat(sent("ann@example.org", PASSWORD)).isNull();
        copy.jdbc
                .sql("UPDATE users SET password_hash = :hash WHERE email = 'ann@example.org'")
                .param("hash", new Passwords().hash("another horse"))
                .update();
        assertThat(sent("ann@example.org", PASSWORD)).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        assertThat(sent("ann@example.org", "another horse")).isNull();
    }

    @Test
    void aUserWhoIsNoMoreIsRefusedAtOnce() {
        assertThat(sent("ann@example.org", PASSWORD)).isNull();
        for (String table : List.of("refresh_tokens", "memberships", "users")) {
            copy.jdbc.sql("DELETE FROM " + table).update();
        }
        assertThat(sent("ann@example.org", PASSWORD)).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
    }

    @Test
    void aLockHoldsForAPasswordThatIsRemembered() {
        assertThat(sent("ann@example.org", PASSWORD)).isNull();
        for (int i = 0; i < 5; i++) {
            assertThat(sent("ann@example.org", "wrong " + i)).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
            assertThat(sent("ann@example.org", PASSWORD))
                    .as("a right one between them does not let more be guessed")
                    .isEqualTo(i < 4 ? null : ErrorCode.ACCOUNT_LOCKED);
        }
        clock.move(Duration.ofSeconds(1));
        assertThat(sent("ann@example.org", PASSWORD)).isNull();
    }

    @Test
    void guessesAtTheSameTimeAreCountedBesideAPasswordThatIsRemembered() throws Exception {
        assertThat(sent("ann@example.org", PASSWORD)).isNull();
        var answers = new ArrayList<Future<@Nullable ErrorCode>>();
        try (var side = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                String guess = "wrong " + i % 2;
                answers.add(side.submit(() -> sent("ann@example.org", guess)));
            }
        }
        int judged = 0;
        for (Future<@Nullable ErrorCode> answer : answers) {
            if (answer.get() == ErrorCode.INVALID_CREDENTIALS) {
                judged++;
            }
        }
        assertThat(judged).isEqualTo(5);
        assertThat(sent("ann@example.org", PASSWORD)).isEqualTo(ErrorCode.ACCOUNT_LOCKED);
    }

    private String keyOf(Caller caller, @Nullable Instant expiresAt) {
        String project = copy.organizations.projects(caller).getFirst().slug();
        ProjectScope scope = copy.access.scope(caller, project, Permission.KEYS_WRITE);
        ApiKey made = copy.transactions.execute(status -> copy.keys.create(scope, "k", List.of("*"), expiresAt));
        return Objects.requireNonNull(made.secret());
    }

    @Test
    void aKeyEndsWithItsUsersMembershipHereAndAtTheGateways() {
        String secret = keyOf(loggedIn("ann@example.org"), null);
        assertThat(refusal(() -> copy.access.identify("Bearer " + secret))).isNull();
        assertThat(copy.keys.inForce()).hasSize(1);
        copy.jdbc.sql("DELETE FROM memberships").update();
        Await.await("the key to be forgotten")
                .until(() -> refusal(() -> copy.access.identify("Bearer " + secret)) == ErrorCode.UNAUTHENTICATED);
        assertThat(refusal(() -> copy.access.identify(basic("any", secret)))).isEqualTo(ErrorCode.UNAUTHENTICATED);
        assertThat(copy.keys.inForce()).isEmpty();
    }

    @Test
    void aKeyOfSomebodyWhoMayOnlyLookCallsNoServiceAtTheGateways() {
        keyOf(loggedIn("ann@example.org"), null);
        assertThat(copy.keys.inForce())
                .singleElement()
                .satisfies(key -> assertThat(key.scopes()).containsExactly("*"));
        copy.jdbc.sql("UPDATE memberships SET role = 'VIEWER'").update();
        assertThat(copy.keys.inForce())
                .singleElement()
                .satisfies(key -> assertThat(key.scopes()).isEmpty());
    }

    @Test
    void aKeyMakesNoneThatLastsLonger() {
        Instant end = clock.instant().plus(Duration.ofDays(1));
        Caller key = copy.access.identify("Bearer " + keyOf(loggedIn("ann@example.org"), end));
        assertThat(refusal(() -> keyOf(key, end.plusSeconds(1)))).isEqualTo(ErrorCode.VALIDATION_FAILED);
        String child = keyOf(key, null);
        clock.move(Duration.ofDays(1));
        assertThat(refusal(() -> copy.access.identify("Bearer " + child))).isEqualTo(ErrorCode.TOKEN_EXPIRED);
    }

    @Test
    void aKeyOfOneProjectReachesNothingElse() {
        Caller ann = loggedIn("ann@example.org");
        Organization organization = copy.organizations.of(ann).getFirst();
        Project first = copy.organizations.projects(ann).getFirst();
        Project second = copy.transactions.execute(
                status -> copy.organizations.createProject(ann, organization.id(), "Second", null));
        Organization other =
                copy.transactions.execute(status -> copy.organizations.create(ann, "Another organization"));
        ProjectScope scope = copy.access.scope(ann, first.slug(), Permission.KEYS_WRITE);
        String secret = copy.transactions
                .execute(status -> copy.keys.create(scope, "ci", List.of("*"), null))
                .secret();

        Caller key = copy.access.identify("Bearer " + secret);

        assertThat(copy.access.scope(key, null, Permission.DATASETS_READ).projectId())
                .isEqualTo(first.id());
        assertThat(refusal(() -> copy.access.scope(key, second.slug(), Permission.DATASETS_READ)))
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(copy.organizations.projects(key)).containsExactly(first);
        assertThat(copy.organizations.of(key)).containsExactly(organization);
        assertThat(copy.organizations
                        .projects(key, organization.id(), new PageRequest(50, null))
                        .items())
                .containsExactly(first);
        assertThat(refusal(() -> copy.organizations.get(key, other.id()))).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(refusal(() -> copy.organizations.create(key, "Mine"))).isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(refusal(() -> copy.organizations.createProject(key, organization.id(), "Mine", null)))
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
    }

    @Test
    void aProjectsJobsMayGoToTheInternetWhenAnAdminOfItsOrganizationHasSaidSo() {
        Caller ann = loggedIn("ann@example.org");
        Organization organization = copy.organizations.of(ann).getFirst();
        Project project = copy.organizations.projects(ann).getFirst();
        assertThat(project.internetAccess()).isFalse();
        assertThat(copy.organizations.internetAccess(project.id())).isFalse();

        Project changed = copy.organizations.change(ann, organization.id(), project.id(), true);

        assertThat(changed.internetAccess()).isTrue();
        assertThat(copy.organizations.projects(ann)).containsExactly(changed);
        assertThat(copy.organizations.internetAccess(project.id())).isTrue();
        assertThat(copy.jdbc
                        .sql(
                                "SELECT action || ' ' || subject || ' ' || (details ->> 'internetAccess') FROM audit_events")
                        .query(String.class)
                        .list())
                .contains("project.change %s true".formatted(project.id()));
    }

    @Test
    void nobodyElseSaysWhetherAProjectsJobsMayGoToTheInternet() {
        Caller ann = loggedIn("ann@example.org");
        Organization anns = copy.organizations.of(ann).getFirst();
        Project project = copy.organizations.projects(ann).getFirst();
        copy.accounts.register("ben@example.org", PASSWORD, "Ben");
        Caller ben = loggedIn("ben@example.org");
        Organization bens = copy.organizations.of(ben).getFirst();

        assertThat(refusal(() -> copy.organizations.change(ben, anns.id(), project.id(), true)))
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(refusal(() -> copy.organizations.change(ben, bens.id(), project.id(), true)))
                .as("by an organization of one's own")
                .isEqualTo(ErrorCode.NOT_FOUND);
        Caller key = copy.access.identify("Bearer " + keyOf(ann, null));
        assertThat(refusal(() -> copy.organizations.change(key, anns.id(), project.id(), true)))
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
        copy.jdbc.sql("UPDATE memberships SET role = 'MEMBER'").update();
        assertThat(refusal(() -> copy.organizations.change(ann, anns.id(), project.id(), true)))
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(copy.organizations.internetAccess(project.id())).isFalse();
    }

    @Test
    void aKeySeesAndRevokesOnlyKeysOfItsProject() {
        Caller ann = loggedIn("ann@example.org");
        Organization organization = copy.organizations.of(ann).getFirst();
        Project first = copy.organizations.projects(ann).getFirst();
        Project second = copy.transactions.execute(
                status -> copy.organizations.createProject(ann, organization.id(), "Second", null));
        ProjectScope here = copy.access.scope(ann, first.slug(), Permission.KEYS_WRITE);
        ProjectScope there = copy.access.scope(ann, second.slug(), Permission.KEYS_WRITE);
        ApiKey made = copy.transactions.execute(status -> copy.keys.create(there, "there", List.of("*"), null));

        assertThat(copy.keys.list(here, new PageRequest(50, null)).items()).isEmpty();
        assertThat(refusal(() -> copy.transactions.execute(status -> {
                    copy.keys.revoke(here, made.id());
                    return true;
                })))
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(copy.keys.list(there, new PageRequest(50, null)).items()).hasSize(1);
    }

    @Test
    void theFirstStartMakesTheAdminAndTheDefaultProject() {
        assertThat(copy.start("admin@trine.local", PASSWORD).madeNow()).isTrue();
        assertThat(copy.start("admin@trine.local", "another password").madeNow())
                .isFalse();
        Caller admin = loggedIn("admin@trine.local");
        assertThat(copy.access.scope(admin, null, Permission.PROJECTS_WRITE).slug())
                .isEqualTo("default");
    }

    @Test
    void anotherAdminInTheSettingsOwnsTheSameDefaultProject() {
        copy.start("admin@trine.local", PASSWORD);
        assertThat(copy.start("new-admin@trine.local", PASSWORD).madeNow()).isTrue();
        ProjectScope old = copy.access.scope(loggedIn("admin@trine.local"), null, Permission.PROJECTS_WRITE);
        ProjectScope young = copy.access.scope(loggedIn("new-admin@trine.local"), null, Permission.PROJECTS_WRITE);
        assertThat(young.projectId()).isEqualTo(old.projectId());
    }

    @Test
    void nobodyTakesTheNameDefaultBeforeTheAdminIsMade() {
        copy.accounts.register("default@example.org", PASSWORD, "Default");
        Caller named = loggedIn("default@example.org");
        assertThat(copy.organizations.projects(named)).extracting(Project::slug).containsExactly("default-2");
        Organization own = copy.organizations.of(named).getFirst();
        assertThatThrownBy(() -> copy.organizations.createProject(named, own.id(), "x", "default"))
                .hasMessageContaining("'default' is the platform's own");
        assertThat(copy.start("admin@trine.local", PASSWORD).madeNow()).isTrue();
    }

    @Test
    void copiesThatStartSideBySideSignWithOneKeyAndKnowEachOthers() {
        var second = new IdentityCopy(copy);
        assertThat(second.tokens.jwks()).isEqualTo(copy.tokens.jwks());
        String token = second.accounts.login("ann@example.org", PASSWORD).accessToken();
        assertThat(copy.access.identify("Bearer " + token).scopes()).isNull();
    }

    @Test
    void aSigningKeyThatAnotherCopyHasMadeIsFoundAndOneTakenAwayIsForgotten() throws Exception {
        var made = new ECKeyGenerator(Curve.P_256).keyID("newer").generate();
        new SigningKeyStore(copy.jdbc)
                .insert("newer", made.toJSONString(), clock.instant().plusSeconds(1));
        var second = new IdentityCopy(copy);
        String token = second.accounts.login("ann@example.org", PASSWORD).accessToken();
        assertThat(SignedJWT.parse(token).getHeader().getKeyID()).isEqualTo("newer");
        String older = copy.accounts.login("ann@example.org", PASSWORD).accessToken();
        assertThat(refusal(() -> second.access.identify("Bearer " + older))).isNull();
        clock.move(Duration.ofSeconds(1));
        assertThat(refusal(() -> copy.access.identify("Bearer " + token))).isNull();

        copy.jdbc.sql("DELETE FROM signing_keys WHERE id = 'newer'").update();
        assertThat(copy.tokens.jwks()).doesNotContain("newer");
        assertThat(refusal(() -> copy.access.identify("Bearer " + token))).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void tokensWithMadeUpKeysAreLookedForOnceASecondAtMost() throws Exception {
        var own = new ECKeyGenerator(Curve.P_256).keyID("made up").generate();
        var jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("made up").build(),
                new JWTClaimsSet.Builder().issuer("trine").build());
        jwt.sign(new ECDSASigner(own));
        clock.move(Duration.ofSeconds(1));
        copy.questions.set(0);
        for (int i = 0; i < 50; i++) {
            assertThat(refusal(() -> copy.access.identify("Bearer " + jwt.serialize())))
                    .isEqualTo(ErrorCode.UNAUTHENTICATED);
        }
        assertThat(copy.questions).hasValue(1);
    }

    @Test
    void aTokenOfAWorkloadIsGoodForItsProjectAndItsPermissions() {
        Caller ann = loggedIn("ann@example.org");
        Project project = copy.organizations.projects(ann).getFirst();
        String token = copy.tokens.forAttempt(
                ann.userId(),
                project.id(),
                Set.of(Permission.EXPERIMENTS_WRITE),
                "wl_1",
                "att_1",
                Duration.ofMinutes(1));
        assertThat(refusal(() -> copy.access.identify("Bearer " + token)))
                .as("before it runs and after it has ended")
                .isEqualTo(ErrorCode.TOKEN_EXPIRED);
        live.add("wl_1/att_2");
        assertThat(refusal(() -> copy.access.identify("Bearer " + token)))
                .as("another attempt at it runs")
                .isEqualTo(ErrorCode.TOKEN_EXPIRED);
        live.add("wl_1/att_1");
        Caller workload = copy.access.identify("Bearer " + token);
        assertThat(workload.boundTo()).isEqualTo(project.id());
        assertThat(refusal(() -> copy.access.scope(workload, null, Permission.DATASETS_READ)))
                .isEqualTo(ErrorCode.PERMISSION_DENIED);
        clock.move(Duration.ofMinutes(1));
        assertThat(refusal(() -> copy.access.identify("Bearer " + token))).isEqualTo(ErrorCode.TOKEN_EXPIRED);
    }

    @Test
    void whatNobodyNeedsAnyLongerIsSweptAway() {
        login("nobody@example.org", "wrong");
        login("ann@example.org", PASSWORD);
        clock.move(Duration.ofDays(32));
        new LoginFailureStore(copy.jdbc, clock).sweep();
        new UserStore(copy.jdbc, clock).sweepRefresh();
        for (String table : List.of("login_failures", "refresh_tokens")) {
            assertThat(copy.jdbc
                            .sql("SELECT count(*) FROM " + table)
                            .query(Long.class)
                            .single())
                    .as(table)
                    .isZero();
        }
    }
}
