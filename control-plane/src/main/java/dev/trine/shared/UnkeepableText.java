package dev.trine.shared;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Text that cannot be kept as it is: PostgreSQL has no text with the character NUL in it, and half a surrogate pair has no UTF-8,
 * so that its driver would put a question mark in its place.
 */
public final class UnkeepableText {

    /** character_not_in_repertoire in text, untranslatable_character in jsonb. */
    private static final Set<String> STATES = Set.of("22021", "22P05");

    private UnkeepableText() {}

    /** What is wrong with a text; empty if it can be kept. */
    public static Optional<String> problem(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\0') {
                return Optional.of("must not have the character NUL (U+0000) in it");
            }
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return Optional.of("must not have half a surrogate pair (U+%04X) in it".formatted((int) c));
                }
                i++;
            }
        }
        return Optional.empty();
    }

    /** The same of all texts in a tree of maps and lists, keys included. */
    public static Optional<String> problemWithin(@Nullable Object json) {
        return switch (json) {
            case String text -> problem(text);
            case Map<?, ?> object ->
                object.entrySet().stream()
                        .flatMap(member -> Stream.of(member.getKey(), member.getValue()))
                        .flatMap(part -> problemWithin(part).stream())
                        .findFirst();
            case List<?> array ->
                array.stream().flatMap(part -> problemWithin(part).stream()).findFirst();
            case null, default -> Optional.empty();
        };
    }

    /** Whether the database refused a text because of a NUL: what came in by no body and no query. */
    static boolean isBehind(@Nullable Throwable error) {
        int depth = 0;
        for (Throwable cause = error; cause != null && depth < 20; cause = cause.getCause(), depth++) {
            if (cause instanceof SQLException sql && STATES.contains(String.valueOf(sql.getSQLState()))) {
                return true;
            }
        }
        return false;
    }
}
