package dev.trine.webhook;

import dev.trine.identity.ProjectId;
import dev.trine.shared.BackgroundLoop;
import dev.trine.shared.Wakeups;
import dev.trine.webhook.WebhookDelivery.State;
import dev.trine.webhook.WebhookDeliveryStore.Busy;
import dev.trine.webhook.WebhookDeliveryStore.Due;
import dev.trine.webhook.WebhookSender.Answer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Sends what webhooks are to be told. An attempt is claimed before it begins, for longer than it can take: what a control plane had
 * claimed that is no more is tried again by another. An answer that says "not now" (429, 5xx), or none, is tried again ever more
 * seldom, for an hour and a half in all; any other refusal is final.
 */
@Component
class WebhookLoop extends BackgroundLoop {

    static final String TOPIC = "webhook";

    private static final Logger LOG = LoggerFactory.getLogger(WebhookLoop.class);
    private static final Duration CLAIM = Duration.ofMinutes(2);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofHours(1);
    private static final Duration KEPT = Duration.ofDays(7);
    private static final Duration TOO_LATE = Duration.ofDays(1);
    private static final Duration LOOKS = Duration.ofSeconds(30);
    private static final int MOST_ATTEMPTS = 8;
    private static final int MOST_AT_ONCE = 64;
    /** One whose answers take long keeps the others from nothing. */
    private static final int MOST_AT_ONCE_EACH = 4;
    /** Nor does a project with many. */
    private static final int MOST_AT_ONCE_OF_A_PROJECT = 16;

    private final WebhookDeliveryStore deliveries;
    private final WebhookSender sender;
    private final Wakeups wakeups;
    private final Clock clock;
    private final Map<WebhookId, Integer> underWay = new ConcurrentHashMap<>();
    private final Map<ProjectId, Integer> underWayOfProject = new ConcurrentHashMap<>();
    private Instant forgotten = Instant.MIN;

    WebhookLoop(WebhookDeliveryStore deliveries, WebhookSender sender, Wakeups wakeups, Clock clock) {
        super("webhooks");
        this.deliveries = deliveries;
        this.sender = sender;
        this.wakeups = wakeups;
        this.clock = clock;
    }

    @Override
    protected List<? extends AutoCloseable> subscribe() {
        return List.of(wakeups.subscribe(TOPIC, this::wake));
    }

    @Override
    protected Duration pass() {
        Instant now = clock.instant();
        if (forgotten.isBefore(now.minus(LAST_RETRY))) {
            deliveries.giveUpBefore(now.minus(TOO_LATE), now);
            deliveries.forgetBefore(now.minus(KEPT));
            forgotten = now;
        }
        int room = MOST_AT_ONCE
                - underWay.values().stream().mapToInt(Integer::intValue).sum();
        if (room <= 0) {
            return LOOKS; // whichever ends wakes us
        }
        var busy =
                new Busy(atLeast(MOST_AT_ONCE_EACH, underWay), atLeast(MOST_AT_ONCE_OF_A_PROJECT, underWayOfProject));
        List<Due> claimed = deliveries.claim(now, now.plus(CLAIM), Math.min(room, MOST_AT_ONCE_EACH), busy);
        for (Due due : claimed) {
            underWay.merge(due.webhook(), 1, Integer::sum);
            underWayOfProject.merge(due.project(), 1, Integer::sum);
            Thread.ofVirtual().name("webhook-" + due.id()).start(() -> send(due));
        }
        return claimed.isEmpty() ? untilNext(now, busy) : Duration.ZERO;
    }

    private static <K> List<K> atLeast(int most, Map<K, Integer> counts) {
        return counts.entrySet().stream()
                .filter(one -> one.getValue() >= most)
                .map(Map.Entry::getKey)
                .toList();
    }

    private Duration untilNext(Instant now, Busy busy) {
        return deliveries
                .nextDue(busy)
                .map(next -> Duration.between(now, next))
                .filter(wait -> wait.isPositive() && wait.compareTo(LOOKS) < 0)
                .orElse(LOOKS);
    }

    private void send(Due due) {
        try {
            if (due.attempt() > MOST_ATTEMPTS) {
                ended(due, State.FAILED, null, "whoever sent it ended, again and again", null);
            } else {
                attempt(due);
            }
        } catch (RuntimeException e) {
            LOG.warn("{} could not be written down, so it is sent again", due.id(), e);
        } finally {
            oneLess(underWay, due.webhook());
            oneLess(underWayOfProject, due.project());
            wake();
        }
    }

    private static <K> void oneLess(Map<K, Integer> counts, K key) {
        counts.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }

    private void attempt(Due due) {
        try {
            Answer answer = sender.send(due.url(), due.secret(), due.id().toString(), due.body());
            if (answer.isSuccess()) {
                ended(due, State.DELIVERED, answer.status(), null, null);
            } else {
                boolean later = answer.status() == 429 || answer.status() >= 500;
                failed(due, answer.status(), "the answer was " + answer.status(), later, answer.retryAfter());
            }
        } catch (IOException e) {
            failed(due, null, WebhookSender.reason(e), true, null);
        }
    }

    private void failed(Due due, @Nullable Integer status, String why, boolean later, @Nullable Duration asked) {
        if (!later || due.attempt() >= MOST_ATTEMPTS) {
            ended(due, State.FAILED, status, why, null);
            return;
        }
        Duration usual = FIRST_RETRY.multipliedBy(1L << (2 * (due.attempt() - 1)));
        Duration wait = asked == null || asked.compareTo(usual) < 0 ? usual : asked;
        Duration most = wait.compareTo(LAST_RETRY) < 0 ? wait : LAST_RETRY;
        ended(due, State.PENDING, status, why, clock.instant().plus(most));
    }

    private void ended(
            Due due, State state, @Nullable Integer status, @Nullable String error, @Nullable Instant again) {
        deliveries.ended(due, state, status, error, again, clock.instant());
    }
}
