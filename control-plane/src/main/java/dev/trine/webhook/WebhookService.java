package dev.trine.webhook;

import dev.trine.identity.Audit;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.SnapshotRead;
import dev.trine.shared.TrineException;
import dev.trine.shared.Wakeups;
import dev.trine.webhook.Webhook.Change;
import dev.trine.webhook.Webhook.Status;
import dev.trine.webhook.WebhookSender.Answer;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Keeps webhooks, and what they are to be told. */
@Service
class WebhookService implements Webhooks {

    private static final Pattern NAME = Pattern.compile("(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?");
    private static final int LONGEST_DESCRIPTION = 1_000;
    private static final int LONGEST_SECRET = 1_000;
    private static final int MOST = 100;
    private static final int MOST_TRIALS = 8;

    private final WebhookStore store;
    private final WebhookDeliveryStore deliveries;
    private final WebhookAddresses addresses;
    private final WebhookSender sender;
    private final Audit audit;
    private final Wakeups wakeups;
    private final IdSource ids;
    private final Clock clock;
    private final Semaphore trials = new Semaphore(MOST_TRIALS);

    WebhookService(
            WebhookStore store,
            WebhookDeliveryStore deliveries,
            WebhookAddresses addresses,
            WebhookSender sender,
            Audit audit,
            Wakeups wakeups,
            IdSource ids,
            Clock clock) {
        this.store = store;
        this.deliveries = deliveries;
        this.addresses = addresses;
        this.sender = sender;
        this.audit = audit;
        this.wakeups = wakeups;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    @Transactional
    public Webhook create(ProjectScope scope, Change asked) {
        String name = given("name", asked.name());
        String url = given("url", asked.url());
        List<WebhookEvent> events = asked.events() == null ? List.of() : asked.events();
        String description = asked.description() == null ? "" : asked.description();
        String secret = asked.secret() == null || asked.secret().isEmpty() ? null : asked.secret();
        requireGood(new Change(name, description, url, events, secret, asked.status()));
        if (store.count(scope.projectId()) >= MOST) {
            throw TrineException.invalid("name", "a project has at most %d webhooks".formatted(MOST));
        }
        Instant now = clock.instant();
        var made = new Webhook(
                new WebhookId(ids.next()),
                name,
                description,
                url,
                events.stream().distinct().toList(),
                secret != null,
                asked.status() == null ? Status.ACTIVE : asked.status(),
                now,
                now);
        store.insert(scope.projectId(), made, secret);
        audit.record(scope, "webhook.create", made.id().toString(), Map.of("name", name, "host", host(url)));
        return made;
    }

    /** The rest of an address may be what lets one speak there. */
    private static String host(String url) {
        return URI.create(url).getHost();
    }

    private static String given(String field, @Nullable String value) {
        if (value == null) {
            throw TrineException.invalid(field, "is needed");
        }
        return value;
    }

    /** What is null is not looked at. */
    private void requireGood(Change asked) {
        if (asked.name() != null && !NAME.matcher(asked.name()).matches()) {
            throw TrineException.invalid(
                    "name",
                    "'%s' must begin and end with a letter or digit, have at most 63 characters, and none but letters, digits, '.', '_' and '-'"
                            .formatted(asked.name()));
        }
        shortEnough("description", asked.description(), LONGEST_DESCRIPTION);
        shortEnough("secret", asked.secret(), LONGEST_SECRET);
        if (asked.url() != null) {
            addresses.require(asked.url());
        }
        if (asked.events() != null && asked.events().isEmpty()) {
            throw TrineException.invalid("events", "at least one is needed");
        }
    }

    private static void shortEnough(String field, @Nullable String value, int longest) {
        if (value != null && value.length() > longest) {
            throw TrineException.invalid(field, "must have at most %d characters".formatted(longest));
        }
    }

    @Override
    public Optional<Webhook> find(ProjectId project, WebhookId id) {
        return store.find(project, id);
    }

    @Override
    public Page<Webhook> list(ProjectId project, PageRequest page) {
        return store.list(project, page);
    }

    @Override
    @Transactional
    public Optional<Webhook> change(ProjectScope scope, WebhookId id, Change asked) {
        requireGood(asked);
        Optional<Webhook> changed = store.change(scope.projectId(), id, asked, clock.instant());
        if (changed.isPresent()) {
            if (changed.get().status() == Status.DISABLED) {
                deliveries.forget(scope.projectId(), id);
            }
            audit.record(
                    scope,
                    "webhook.change",
                    id.toString(),
                    Map.of(
                            "name",
                            changed.get().name(),
                            "host",
                            host(changed.get().url())));
        }
        return changed;
    }

    @Override
    @Transactional
    public boolean delete(ProjectScope scope, WebhookId id) {
        boolean there = store.delete(scope.projectId(), id);
        if (there) {
            audit.record(scope, "webhook.delete", id.toString(), Map.of());
        }
        return there;
    }

    @Override
    public Optional<Trial> trial(ProjectId project, WebhookId id, @Nullable WebhookEvent event) {
        return store.find(project, id).map(webhook -> {
            if (!trials.tryAcquire()) {
                throw new TrineException(
                        ErrorCode.RATE_LIMITED, "as many webhooks as may be are being tried; try again");
            }
            try {
                return tried(project, webhook, event);
            } finally {
                trials.release();
            }
        });
    }

    private Trial tried(ProjectId project, Webhook webhook, @Nullable WebhookEvent event) {
        WebhookEvent one = Objects.requireNonNullElseGet(event, webhook.events()::getFirst);
        String body = WebhookSender.message(one, one.example(), clock.instant());
        try {
            Answer answer = sender.send(
                    webhook.url(),
                    store.secret(project, webhook.id()).orElse(null),
                    new WebhookDeliveryId(ids.next()).toString(),
                    body);
            return new Trial(answer.isSuccess(), answer.status(), answer.body(), null);
        } catch (IOException e) {
            return new Trial(false, null, null, WebhookSender.reason(e));
        }
    }

    @Override
    @Transactional
    public void tell(ProjectId project, WebhookEvent event, Map<String, ? extends @Nullable Object> data) {
        List<WebhookId> told = store.toldOf(project, event);
        if (told.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        String body = WebhookSender.message(event, data, now);
        told.forEach(
                webhook -> deliveries.insert(project, webhook, new WebhookDeliveryId(ids.next()), event, body, now));
        wakeups.publish(WebhookLoop.TOPIC);
    }

    @Override
    @SnapshotRead
    public Optional<Page<WebhookDelivery>> deliveries(ProjectId project, WebhookId id, PageRequest page) {
        return store.find(project, id).map(webhook -> deliveries.list(project, id, page));
    }
}
