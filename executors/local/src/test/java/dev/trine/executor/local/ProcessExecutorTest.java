package dev.trine.executor.local;

import dev.trine.lib.workload.Executor;
import dev.trine.testkit.ExecutorContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit fills the field
class ProcessExecutorTest extends ExecutorContract {

    @TempDir
    Path root;

    @Override
    protected Executor open() throws IOException {
        return new LocalExecutor(root, Sandbox.PROCESS, List.of(), BuiltinPrograms.NONE);
    }
}
