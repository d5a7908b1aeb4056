package dev.trine.shared;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Redis: caches and wake-ups, nothing that cannot be rebuilt.
 *
 * @param url {@code redis://host:port}; without it this copy works alone
 */
@ConfigurationProperties("trine.redis")
record RedisProperties(@Nullable String url) {}
