package dev.trine.storage;

import java.util.regex.Pattern;

/** The form every object key has; a key that does not cannot leave its store's root. */
final class ObjectKeys {

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");
    private static final int MAX_LENGTH = 1000;

    private ObjectKeys() {}

    static String check(String key) {
        if (key.length() > MAX_LENGTH || !KEY.matcher(key).matches()) {
            throw new IllegalArgumentException(
                    "'%s' is not an object key: segments of letters, digits, '.', '_', '-', separated by '/'"
                            .formatted(key));
        }
        return key;
    }
}
