package dev.trine.gateway;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what was used lately, in two generations: what is put or found goes to the young one; when that is full it becomes the
 * old one, and what had not been used since the last such change is forgotten. To find what is young takes no lock and writes
 * nothing. For any number of threads.
 */
final class Recent<K, V> {

    private final int generationSize;
    private volatile Map<K, V> young = new ConcurrentHashMap<>();
    private volatile Map<K, V> old = Map.of();

    /** @param most entries in all */
    Recent(int most) {
        this.generationSize = most / 2;
    }

    @Nullable
    V get(K key) {
        V value = young.get(key);
        if (value == null) {
            value = old.get(key);
            if (value != null) {
                put(key, value);
            }
        }
        return value;
    }

    synchronized void put(K key, V value) {
        if (young.size() >= generationSize) {
            old = young;
            young = new ConcurrentHashMap<>();
        }
        young.put(key, value);
    }
}
