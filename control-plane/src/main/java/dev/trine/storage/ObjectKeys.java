package dev.trine.storage;

import java.util.regex.Pattern;

/** The form every object key has; a key that does not cannot leave its store's root. */
final class ObjectKeys {

    private static final String SEGMENT = "[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}";
    private static final Pattern KEY = Pattern.compile(SEGMENT + "(?:/" + SEGMENT + ")*+");
    private static final Pattern PREFIX = Pattern.compile("(?:" + SEGMENT + "/)*+(?:" + SEGMENT + ")?");
    private static final int MAX_LENGTH = 1000;

    private ObjectKeys() {}

    static String check(String key) {
        if (key.length() > MAX_LENGTH || !KEY.matcher(key).matches()) {
            throw new IllegalArgumentException(
                    ("'%s' is not an object key: segments of at most 255 letters, digits, '.', '_', '-', the first of"
                                    + " which is not '.', separated by '/'; at most %d in all")
                            .formatted(key, MAX_LENGTH));
        }
        return key;
    }

    /** What a key can begin with; empty for every key. */
    static String checkPrefix(String prefix) {
        if (prefix.length() > MAX_LENGTH || !PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("no object key begins with '%s'".formatted(prefix));
        }
        return prefix;
    }
}
