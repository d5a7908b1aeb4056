package dev.trine.storage;

import dev.trine.identity.ProjectId;
import java.util.Collection;
import java.util.Set;

/**
 * What a module uses of the blobs. Every module whose rows name blobs has one of these; a blob that none of them uses goes after a
 * day. A row that names a blob must come into the database within that day after {@link Blobs#put}, or while another row names it.
 */
public interface BlobUses {

    /** The columns that name blobs, as {@code table.column}; a document counts as one. */
    Set<String> columns();

    /** Those of some blobs of a project that the module's rows use. */
    Set<String> used(ProjectId project, Collection<String> objectKeys);
}
