package dev.trine.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.Schema;
import dev.trine.identity.ProjectId;
import dev.trine.shared.PageRequest;
import dev.trine.webhook.Webhook.Status;
import dev.trine.webhook.WebhookDelivery.State;
import dev.trine.webhook.WebhookDeliveryStore.Busy;
import dev.trine.webhook.WebhookDeliveryStore.Due;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Who sends what, and when again. */
class WebhookDeliveryStoreTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration CLAIM = Duration.ofMinutes(2);
    private static final PageRequest ALL = new PageRequest(100, null);

    private final JdbcClient jdbc =
            JdbcClient.create(new DriverManagerDataSource(Schema.freshDatabaseAcrossProjects()));
    private final WebhookStore webhooks = new WebhookStore(jdbc);
    private final WebhookDeliveryStore deliveries = new WebhookDeliveryStore(jdbc);
    private final ProjectId project = new ProjectId(UUID.randomUUID());
    private final WebhookId webhook = new WebhookId(new UUID(0, 1));

    @BeforeEach
    void begin() {
        UUID organization = UUID.randomUUID();
        jdbc.sql("INSERT INTO organizations (id, name, slug, created_at) VALUES (?, 'o', 'o', now())")
                .param(organization)
                .update();
        jdbc.sql("INSERT INTO projects (id, organization_id, name, slug, created_at) VALUES (?, ?, 'p', 'p', now())")
                .params(project.value(), organization)
                .update();
        webhook(webhook);
    }

    private void webhook(WebhookId id) {
        webhooks.insert(
                project,
                new Webhook(
                        id,
                        "w",
                        "",
                        "https://example.com/",
                        List.of(WebhookEvent.PROMPT_CREATED),
                        true,
                        Status.ACTIVE,
                        NOW,
                        NOW),
                "secret");
    }

    private WebhookDeliveryId tell(WebhookId to, int number, Instant at) {
        var id = new WebhookDeliveryId(new UUID(1, number));
        deliveries.insert(project, to, id, WebhookEvent.PROMPT_CREATED, "{}", at);
        return id;
    }

    private List<Due> claim(Instant now) {
        return deliveries.claim(now, now.plus(CLAIM), 10, Busy.NOBODY);
    }

    @Test
    void whatIsClaimedIsNobodyElsesUntilTheClaimRunsOut() {
        WebhookDeliveryId id = tell(webhook, 1, NOW);
        assertThat(claim(NOW.minusSeconds(1))).isEmpty();
        Due first = claim(NOW).getFirst();
        assertThat(first).isEqualTo(new Due(id, project, webhook, "https://example.com/", "secret", "{}", 1));
        assertThat(claim(NOW.plus(CLAIM).minusSeconds(1))).isEmpty();
        assertThat(deliveries.nextDue(Busy.NOBODY)).contains(NOW.plus(CLAIM));
        Due second = claim(NOW.plus(CLAIM)).getFirst();
        assertThat(second.attempt()).isEqualTo(2);

        deliveries.ended(first, State.FAILED, 400, "late word of the first", null, NOW);
        assertThat(state()).as("only the latest attempt counts").isEqualTo(State.PENDING);
        deliveries.ended(second, State.DELIVERED, 200, null, null, NOW);
        assertThat(state()).isEqualTo(State.DELIVERED);
        assertThat(deliveries.nextDue(Busy.NOBODY)).isEmpty();
        assertThat(claim(NOW.plus(CLAIM.multipliedBy(9)))).isEmpty();
    }

    private State state() {
        return deliveries.list(project, webhook, ALL).items().getFirst().state();
    }

    @Test
    void whatFailedIsDueWhenItIsToBeTriedAgain() {
        tell(webhook, 1, NOW);
        Due due = claim(NOW).getFirst();
        deliveries.ended(due, State.PENDING, 503, "the answer was 503", NOW.plusSeconds(5), NOW);
        assertThat(claim(NOW.plusSeconds(4))).isEmpty();
        assertThat(claim(NOW.plusSeconds(5))).hasSize(1);
        WebhookDelivery told = deliveries.list(project, webhook, ALL).items().getFirst();
        assertThat(told.status()).isEqualTo(503);
        assertThat(told.error()).isEqualTo("the answer was 503");
        assertThat(told.attempts()).isEqualTo(2);
    }

    @Test
    void aBusyWebhookKeepsNoOtherWaiting() {
        var other = new WebhookId(new UUID(0, 2));
        webhook(other);
        for (int i = 0; i < 20; i++) {
            tell(webhook, i, NOW.minusSeconds(60));
        }
        WebhookDeliveryId last = tell(other, 100, NOW);
        var busy = new Busy(List.of(webhook), List.of());
        assertThat(deliveries.nextDue(busy)).contains(NOW);
        assertThat(deliveries.claim(NOW, NOW.plus(CLAIM), 10, new Busy(List.of(), List.of(project))))
                .isEmpty();
        assertThat(deliveries.claim(NOW, NOW.plus(CLAIM), 10, busy))
                .extracting(Due::id)
                .containsExactly(last);
    }

    @Test
    void whatWasToldIsForgottenAfterATimeAndWhatIsToBeToldIsNot() {
        tell(webhook, 1, NOW);
        Due due = claim(NOW).getFirst();
        deliveries.ended(due, State.DELIVERED, 200, null, null, NOW);
        tell(webhook, 2, NOW);
        deliveries.forgetBefore(NOW);
        assertThat(deliveries.list(project, webhook, ALL).items()).hasSize(2);
        deliveries.forgetBefore(NOW.plusSeconds(1));
        assertThat(deliveries.list(project, webhook, ALL).items())
                .extracting(WebhookDelivery::state)
                .containsExactly(State.PENDING);
        deliveries.forget(project, webhook);
        assertThat(deliveries.list(project, webhook, ALL).items()).isEmpty();
    }

    @Test
    void whatCouldNotBeToldInTimeIsGivenUp() {
        tell(webhook, 1, NOW);
        deliveries.giveUpBefore(NOW, NOW);
        assertThat(state()).isEqualTo(State.PENDING);
        deliveries.giveUpBefore(NOW.plusSeconds(1), NOW);
        assertThat(state()).isEqualTo(State.FAILED);
        assertThat(claim(NOW)).isEmpty();
    }

    @Test
    void whatWasToBeToldToOneThatIsDisabledIsNotClaimed() {
        tell(webhook, 1, NOW);
        webhooks.change(project, webhook, new Webhook.Change(null, null, null, null, null, Status.DISABLED), NOW);
        assertThat(claim(NOW)).isEmpty();
        assertThat(webhooks.toldOf(project, WebhookEvent.PROMPT_CREATED)).isEmpty();
    }

    @Test
    void aDeletedWebhookTakesWhatItWasToBeToldAlong() {
        tell(webhook, 1, NOW);
        assertThat(webhooks.delete(project, webhook)).isTrue();
        assertThat(claim(NOW)).isEmpty();
        assertThat(webhooks.delete(project, webhook)).isFalse();
    }
}
