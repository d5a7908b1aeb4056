package dev.trine.data;

import dev.trine.shared.TrineException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

/** What a PATCH's bytes must hash to ({@code Upload-Checksum: sha256 <base64>}), fed as they arrive. */
final class TusChecksum {

    /** The algorithms offered, as {@code Tus-Checksum-Algorithm} lists them. */
    static final String ALGORITHMS = "sha1,sha256";

    private final MessageDigest digest;
    private final byte[] expected;

    private TusChecksum(MessageDigest digest, byte[] expected) {
        this.digest = digest;
        this.expected = expected;
    }

    static TusChecksum parse(String header) {
        int space = header.indexOf(' ');
        String algorithm = space < 0 ? header : header.substring(0, space).toLowerCase(Locale.ROOT);
        try {
            MessageDigest digest = switch (algorithm) {
                case "sha1" -> MessageDigest.getInstance("SHA-1");
                case "sha256" -> MessageDigest.getInstance("SHA-256");
                default ->
                    throw TrineException.invalid(
                            "Upload-Checksum", "'%s' is not one of %s".formatted(algorithm, ALGORITHMS));
            };
            return new TusChecksum(digest, Base64.getDecoder().decode(header.substring(space + 1)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        } catch (IllegalArgumentException notBase64) {
            throw TrineException.invalid("Upload-Checksum", "must be '<algorithm> <Base64>'");
        }
    }

    void update(byte[] buffer, int offset, int length) {
        digest.update(buffer, offset, length);
    }

    /** Once, after the last byte. */
    boolean matches() {
        return MessageDigest.isEqual(digest.digest(), expected);
    }
}
