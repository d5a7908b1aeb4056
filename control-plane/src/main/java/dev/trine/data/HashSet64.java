package dev.trine.data;

import java.util.Arrays;

/** A set of hashes, which are evenly spread already: open addressing in one array, at most three quarters full. */
final class HashSet64 {

    private long[] slots = new long[16];
    private boolean hasZero;
    private int filled;

    /** False if it was there. */
    boolean add(long hash) {
        if (hash == 0) {
            boolean added = !hasZero;
            hasZero = true;
            return added;
        }
        if (!put(slots, hash)) {
            return false;
        }
        filled++;
        if (filled > slots.length / 4 * 3) {
            long[] larger = new long[slots.length * 2];
            Arrays.stream(slots).filter(held -> held != 0).forEach(held -> put(larger, held));
            slots = larger;
        }
        return true;
    }

    private static boolean put(long[] slots, long hash) {
        int mask = slots.length - 1;
        int slot = (int) hash & mask;
        while (slots[slot] != 0) {
            if (slots[slot] == hash) {
                return false;
            }
            slot = (slot + 1) & mask;
        }
        slots[slot] = hash;
        return true;
    }

    int size() {
        return filled + (hasZero ? 1 : 0);
    }
}
