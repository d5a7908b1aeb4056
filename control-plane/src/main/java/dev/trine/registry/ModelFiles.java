package dev.trine.registry;

import dev.trine.experiment.Experiments.Artifact;
import dev.trine.lib.workload.Input;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.TrineException;
import java.util.List;

/** The files of a model as what a workload reads. */
public final class ModelFiles {

    private ModelFiles() {}

    /**
     * @param folder the folder whose content is the model; paths become relative to it
     * @throws TrineException {@code MODEL_UNUSABLE} when a file lies where no folder of inputs can have it
     */
    public static List<Input.File> of(List<Artifact> files, String folder) {
        return files.stream().map(file -> input(file, folder)).toList();
    }

    /** The same files as the model's own, with the same errors. */
    public static List<Artifact> within(List<Artifact> files, String folder) {
        return of(files, folder).stream()
                .map(file -> new Artifact(file.path(), file.objectKey(), file.sha256(), file.sizeBytes()))
                .toList();
    }

    private static Input.File input(Artifact file, String folder) {
        try {
            return new Input.File(
                    ModelDigest.relative(file.path(), folder), file.objectKey(), file.sha256(), file.sizeBytes());
        } catch (IllegalArgumentException outside) {
            throw new TrineException(
                    ErrorCode.MODEL_UNUSABLE,
                    "the model has a file at '%s', which is no relative path inside its folder".formatted(file.path()),
                    List.of(),
                    outside);
        }
    }
}
