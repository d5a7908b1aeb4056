package dev.trine.shared;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Wake-ups within this copy at once, and to the other copies by a Redis channel. With Redis away the others find out by their
 * own slow look; Lettuce reconnects by itself.
 */
@Component
class RedisWakeups implements Wakeups, DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(RedisWakeups.class);
    private static final String CHANNEL = "trine:wakeups";

    private final String self = UUID.randomUUID().toString();
    private final Map<String, List<Runnable>> listeners = new ConcurrentHashMap<>();
    private final @Nullable RedisClient client;
    private volatile @Nullable StatefulRedisPubSubConnection<String, String> subscription;
    private volatile io.lettuce.core.api.@Nullable StatefulRedisConnection<String, String> connection;

    RedisWakeups(RedisProperties properties) {
        if (properties.url() == null) {
            client = null;
            return;
        }
        RedisURI uri = RedisURI.create(properties.url());
        uri.setTimeout(Duration.ofSeconds(2));
        client = RedisClient.create(uri);
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
        connect(client);
    }

    private synchronized void connect(RedisClient redis) {
        if (subscription != null) {
            return;
        }
        try {
            var listening = redis.connectPubSub();
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
            LOG.warn(
                    "Redis does not answer; other copies of the control plane will notice changes later: {}",
                    away.getMessage());
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
        if (client != null) {
            client.shutdown(Duration.ZERO, Duration.ofMillis(500));
        }
    }
}
