package dev.trine.registry;

import dev.trine.experiment.Experiments.Artifact;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Names a model by its bytes, wherever it lies. */
public final class ModelDigest {

    private ModelDigest() {}

    /**
     * SHA-256, lower-case hex, over the sorted lines {@code <sha256> <path>\n} of the model's files.
     *
     * @param folder the folder whose content is the model; paths count relative to it
     */
    public static String of(List<Artifact> files, String folder) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            files.stream()
                    .map(file -> file.sha256() + " " + relative(file.path(), folder) + "\n")
                    .sorted()
                    .forEach(line -> digest.update(line.getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    static String relative(String path, String folder) {
        String prefix = folder + "/";
        return !folder.isEmpty() && path.startsWith(prefix) ? path.substring(prefix.length()) : path;
    }
}
