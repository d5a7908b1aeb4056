package dev.trine.data;

import dev.trine.identity.ProjectScope;
import dev.trine.lib.workload.Input;

/** What a neighbour may ask of uploads. */
public interface Uploads {

    /**
     * A completed upload as a file that stays.
     *
     * @throws dev.trine.shared.TrineException {@code NOT_FOUND}, {@code UPLOAD_INCOMPLETE}
     */
    Input.File keep(ProjectScope scope, UploadId upload);
}
