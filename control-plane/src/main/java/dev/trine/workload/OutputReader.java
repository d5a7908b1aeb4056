package dev.trine.workload;

import dev.trine.workload.Workloads.OutputFile;
import java.io.IOException;
import java.util.List;

/**
 * Looks into the files of a task that has ended well, before that is written down and outside of any transaction. Every bean of
 * this type is asked, perhaps more than once for the same task.
 */
public interface OutputReader {

    /**
     * @param outputs all files the task has left, safe in the object store
     * @throws IOException if they cannot be read now; the step is tried again later
     */
    void read(Workload workload, List<OutputFile> outputs) throws IOException;
}
