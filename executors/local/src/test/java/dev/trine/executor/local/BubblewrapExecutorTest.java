package dev.trine.executor.local;

import dev.trine.lib.workload.Executor;
import dev.trine.testkit.ExecutorContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf("bubblewrapWorks")
@SuppressWarnings("NullAway.Init") // JUnit fills the field
class BubblewrapExecutorTest extends ExecutorContract {

    @TempDir
    Path root;

    static boolean bubblewrapWorks() {
        return Sandbox.strongest() == Sandbox.BUBBLEWRAP;
    }

    @Override
    protected Executor open() throws IOException {
        return new LocalExecutor(root, Sandbox.BUBBLEWRAP, List.of(root), BuiltinPrograms.NONE);
    }
}
