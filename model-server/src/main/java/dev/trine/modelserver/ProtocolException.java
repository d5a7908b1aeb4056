package dev.trine.modelserver;

/** A request that cannot be answered as asked; the message goes to the client as {@code {"error": …}}. */
final class ProtocolException extends RuntimeException {

    private final int status;

    ProtocolException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency of its own
    static ProtocolException badRequest(String message, Object... parts) {
        return new ProtocolException(400, message.formatted(parts));
    }

    /** For what passes: the same request may well be answered a moment later. */
    static ProtocolException busy(String message) {
        return new ProtocolException(429, message);
    }

    static ProtocolException busy() {
        return busy("too many or too large requests at once; try again in a moment");
    }

    static ProtocolException tooLarge(String message) {
        return new ProtocolException(413, message);
    }

    int status() {
        return status;
    }
}
