package dev.trine.shared;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Recognizes that a text was refused because of a NUL character, the only one that PostgreSQL does not keep. */
final class UnkeepableText {

    /** character_not_in_repertoire in text, untranslatable_character in jsonb. */
    private static final Set<String> STATES = Set.of("22021", "22P05");

    private UnkeepableText() {}

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
