package dev.trine.data;

/**
 * A 64-bit hash that stands for a text where keeping the texts themselves would take too much memory: FNV-1a over the
 * characters, finished by the mixer of MurmurHash3, so that its low bits are good too. Among a million different texts two have
 * the same one with a probability of 3 in 10<sup>8</sup>.
 */
final class TextHash {

    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private TextHash() {}

    static long of(String text) {
        long hash = OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
