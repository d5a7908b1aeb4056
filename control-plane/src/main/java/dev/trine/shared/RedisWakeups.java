package dev.trine.shared;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.metrics.MicrometerCommandLatencyRecorder;
import io.lettuce.core.metrics.MicrometerOptions;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Wake-ups within this copy at once, and to the other copies by a Redis channel. With Redis away the others find out by their
 * own slow look; Lettuce reconnects by itself.
 */
@Component
class RedisWakeups implements Wakeups, RedisState, DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(RedisWakeups.class);
    private static final String CHANNEL = "trine:wakeups";

    private final String self;
    private final Map<String, List<Runnable>> listeners = new ConcurrentHashMap<>();
    private final @Nullable ClientResources resources;
    private final @Nullable RedisClient client;
    private volatile boolean answered = true;
    private volatile @Nullable StatefulRedisPubSubConnection<String, String> subscription;
    private volatile io.lettuce.core.api.@Nullable StatefulRedisConnection<String, String> connection;

    RedisWakeups(RedisProperties properties, IdSource ids, MeterRegistry meters) {
        this.self = ids.next().toString();
        if (properties.url() == null) {
            resources = null;
            client = null;
            return;
        }
        RedisURI uri = RedisURI.create(properties.url());
        uri.setTimeout(Duration.ofSeconds(2));
        resources = ClientResources.builder()
                .commandLatencyRecorder(new MicrometerCommandLatencyRecorder(meters, MicrometerOptions.create()))
                .build();
        client = RedisClient.create(resources, uri);
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
        connect(client);
    }

    private synchronized void connect(RedisClient redis) {
        if (subscription != null) {
            return;
        }
        StatefulRedisPubSubConnection<String, String> listening = null;
        try {
            listening = redis.connectPubSub();
            listening.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String channel, String message) {
                    int cut = message.indexOf(' ');
                    if (cut > 0 && !message.substring(0, cut).equals(self)) {
                        deliver(message.substring(cut + 1));
                    }
                }
            });
            listening.sync().subscribe(CHANNEL);
            connection = redis.connect();
            subscription = listening;
        } catch (RedisException away) {
            if (listening != null) {
                listening.close();
            }
            LOG.debug("no connection to Redis: {}", away.getMessage());
        }
    }

    @Override
    public boolean answers() {
        return answered;
    }

    /** Looks now and then, so that a Redis that was away at the start is found too. */
    @Scheduled(fixedDelayString = "PT2S", initialDelayString = "PT1S")
    void look() {
        boolean now = healthy();
        if (now != answered) {
            answered = now;
            if (now) {
                LOG.info("Redis answers again");
            } else {
                LOG.warn("Redis does not answer; other copies of the control plane will notice changes later");
            }
        }
    }

    /** Whether Redis answers, or is not configured. */
    boolean healthy() {
        if (client == null) {
            return true;
        }
        connect(client);
        var open = connection;
        try {
            return open != null && "PONG".equals(open.sync().ping());
        } catch (RedisException away) {
            return false;
        }
    }

    @Override
    public void publish(String topic) {
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    now(topic);
                }
            });
        } else {
            now(topic);
        }
    }

    private void now(String topic) {
        deliver(topic);
        var open = connection;
        if (open != null && open.isOpen()) {
            try {
                var sent = open.async().publish(CHANNEL, self + " " + topic);
                sent.exceptionally(away -> 0L);
            } catch (RedisException away) {
                LOG.debug("wake-up not sent to the other copies: {}", away.getMessage());
            }
        }
    }

    private void deliver(String topic) {
        listeners.getOrDefault(topic, List.of()).forEach(Runnable::run);
    }

    @Override
    public Subscription subscribe(String topic, Runnable listener) {
        List<Runnable> all = listeners.computeIfAbsent(topic, key -> new CopyOnWriteArrayList<>());
        all.add(listener);
        return () -> all.remove(listener);
    }

    @Override
    public void destroy() {
        if (client != null && resources != null) {
            client.shutdown(Duration.ZERO, Duration.ofMillis(500));
            resources.shutdown(0, 500, TimeUnit.MILLISECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
    }
}
