package dev.trine.identity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;

/**
 * Which passwords were right a moment ago, for clients that send theirs with every request: Argon2 would take 19 MiB and a core
 * for each. Neither e-mails nor passwords are kept, only an HMAC of both under a key that this process has made for itself, and
 * the hash that the password fitted; whoever asks compares that with the user's present one. Wrong passwords are not remembered.
 */
@Component
class VerifiedPasswords {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final Duration KEPT = Duration.ofMinutes(1);
    private static final int MOST = 1_000;

    private final SecretKeySpec key;
    private final Clock clock;
    private final Map<String, Verified> verified = new LinkedHashMap<>();

    VerifiedPasswords(RandomGenerator random, Clock clock) {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        this.key = new SecretKeySpec(bytes, ALGORITHM);
        this.clock = clock;
    }

    private record Verified(String passwordHash, Instant at) {}

    /** Notes that the password fits this hash; the eldest are forgotten for it when there are many. */
    void remember(String email, String password, String passwordHash) {
        var now = new Verified(passwordHash, clock.instant());
        String name = name(email, password);
        synchronized (verified) {
            verified.remove(name);
            verified.put(name, now);
            if (verified.size() > MOST) {
                verified.remove(verified.keySet().iterator().next());
            }
        }
    }

    /** The hash that the password fitted within the last minute. */
    Optional<String> hashOf(String email, String password) {
        String name = name(email, password);
        synchronized (verified) {
            Verified found = verified.get(name);
            if (found != null && !clock.instant().isBefore(found.at().plus(KEPT))) {
                verified.remove(name);
                return Optional.empty();
            }
            return Optional.ofNullable(found).map(Verified::passwordHash);
        }
    }

    void forget(String email, String password) {
        String name = name(email, password);
        synchronized (verified) {
            verified.remove(name);
        }
    }

    int size() {
        synchronized (verified) {
            return verified.size();
        }
    }

    /** The length goes before the e-mail, so that no other pair reads the same. */
    private String name(String email, String password) {
        byte[] who = email.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(who.length).flip());
            mac.update(who);
            return Base64.getEncoder().encodeToString(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
