package dev.trine.lib.workload;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A read-only folder of files put at {@code $TRINE_INPUTS/<name>} before the program starts.
 *
 * @param name the folder's name: lower-case letters, digits, {@code -} and {@code _}
 * @param files the files in it
 */
public record Input(String name, List<File> files) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

    public Input {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("input name '%s' must match %s".formatted(name, NAME));
        }
        files = List.copyOf(files);
    }

    /**
     * One file of an input.
     *
     * @param path where it lies, relative to the input's folder; {@code /} separates, no {@code ..}
     * @param objectKey the object that holds its bytes
     * @param sha256 lower-case hex of its bytes; the executor verifies it
     * @param sizeBytes its length
     */
    public record File(String path, String objectKey, String sha256, long sizeBytes) {
        public File {
            if (path.isBlank()
                    || path.startsWith("/")
                    || List.of(path.split("/", -1)).contains("..")) {
                throw new IllegalArgumentException("'" + path + "' is not a relative path inside its input");
            }
        }
    }
}
