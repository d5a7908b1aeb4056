package dev.trine.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.shared.TrineException;
import dev.trine.testkit.Await;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecentAccessTest {

    private static final String PASSWORD = "correct horse";

    private final IdentityCopy copy = new IdentityCopy();
    private ProjectScope scope = scope(copy);
    private ApiKey key = key();

    private static ProjectScope scope(IdentityCopy copy) {
        String token =
                copy.accounts.register("ann@example.org", PASSWORD, "Ann").accessToken();
        Caller ann = copy.access.identify("Bearer " + token);
        return copy.access.scope(
                ann, copy.organizations.projects(ann).getFirst().slug(), Permission.KEYS_WRITE);
    }

    private ApiKey key() {
        return copy.transactions.execute(status -> copy.keys.create(scope, "k", List.of("*"), null));
    }

    private Caller identified() {
        return copy.access.identify("Bearer " + Objects.requireNonNull(key.secret()));
    }

    private boolean isGood() {
        try {
            copy.access.scope(identified(), null, Permission.EXPERIMENTS_WRITE);
            return true;
        } catch (TrineException refused) {
            return false;
        }
    }

    @BeforeEach
    void itHasJustBeenUsed() {
        assertThat(isGood()).isTrue();
    }

    @Test
    void whatWasFoundAMomentAgoIsNotAskedForAgain() {
        copy.questions.set(0);
        Await.await("a hundred looks within a moment").until(() -> {
            int before = copy.questions.get();
            for (int i = 0; i < 100; i++) {
                assertThat(isGood()).isTrue();
            }
            return copy.questions.get() == before;
        });
    }

    @Test
    void aKeyThatThisCopyRevokesIsRefusedAtOnce() {
        copy.keys.revoke(scope, key.id());
        assertThat(isGood()).isFalse();
    }

    @Test
    void oneThatIsTakenAwayUnheardIsRefusedSoon() {
        copy.jdbc.sql("UPDATE api_keys SET revoked_at = now()").update();
        Await.await("the key to be refused").until(() -> !isGood());
    }

    @Test
    void whoIsTakenOutOfAnOrganizationIsRefusedSoon() {
        copy.jdbc.sql("DELETE FROM memberships").update();
        Await.await("the project to be out of reach").until(() -> !isGood());
    }

    @Test
    void whatWasRefusedIsGoodAsSoonAsItIsThere() {
        String slug = "second";
        assertThat(reaches(slug)).isFalse();
        copy.transactions.executeWithoutResult(
                status -> copy.organizations.createProject(scope.caller(), scope.organizationId(), "Second", slug));
        assertThat(reaches(slug)).isTrue();
    }

    private boolean reaches(String slug) {
        try {
            copy.access.scope(scope.caller(), slug, Permission.EXPERIMENTS_READ);
            return true;
        } catch (TrineException refused) {
            return false;
        }
    }
}
