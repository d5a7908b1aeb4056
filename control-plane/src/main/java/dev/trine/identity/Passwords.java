package dev.trine.identity;

import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.stereotype.Component;

/** Argon2id with OWASP's parameters (19 MiB, 2 passes, 1 lane). */
@Component
class Passwords {

    private final Argon2PasswordEncoder encoder = new Argon2PasswordEncoder(16, 32, 1, 19 * 1024, 2);
    /** Checked when there is no such user, so that the answer takes as long as for a wrong password. */
    private final String nobody = encoder.encode("nobody");

    String hash(String password) {
        return encoder.encode(password);
    }

    boolean matches(String password, String hash) {
        return encoder.matches(password, hash);
    }

    void pretend(String password) {
        encoder.matches(password, nobody);
    }
}
