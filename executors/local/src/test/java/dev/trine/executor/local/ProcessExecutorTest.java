package dev.trine.executor.local;

class ProcessExecutorTest extends AbstractLocalExecutorTest {

    @Override
    Sandbox sandbox() {
        return Sandbox.PROCESS;
    }
}
