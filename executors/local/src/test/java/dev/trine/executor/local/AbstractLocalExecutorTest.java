package dev.trine.executor.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.trine.lib.addresses.PublicAddresses;
import dev.trine.lib.workload.Executor;
import dev.trine.lib.workload.Executor.Channel;
import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.Program;
import dev.trine.lib.workload.Resources;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.testkit.AbstractExecutorContract;
import dev.trine.testkit.Await;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The contract, and what only an executor of this machine can promise. */
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
abstract class AbstractLocalExecutorTest extends AbstractExecutorContract {

    private static final Resources SMALL = new Resources(1, 64 << 20, 0);

    /** The executor's own. */
    @TempDir
    Path root;

    /** Beside it; a sandboxed program can read it. */
    @TempDir
    Path beside;

    abstract Sandbox sandbox();

    LocalExecutor open(Visibility files, Gpus gpus) throws IOException {
        return new LocalExecutor(settings(files), gpus, new PublicAddresses(List.of())::of);
    }

    LocalSettings settings(Visibility files) {
        return new LocalSettings(root, sandbox(), files, BuiltinPrograms.NONE).unsandboxed(true);
    }

    @Override
    protected LocalExecutor open() throws IOException {
        return open(new Visibility(List.of(root), List.of(beside)), new Gpus(List.of(), List.of()));
    }

    static void launch(
            LocalExecutor executor,
            String attempt,
            String script,
            Map<String, String> env,
            Resources resources,
            @Nullable Duration timeout)
            throws Exception {
        var spec = new WorkloadSpec(
                WorkloadSpec.Kind.TASK,
                new Program.Command(List.of("/bin/sh", "-c", script)),
                env,
                List.of(),
                resources,
                WorkloadSpec.Network.NONE,
                timeout,
                0);
        String node = executor.nodes().getFirst().id();
        executor.launch(new Executor.Launch("wl-1", attempt, node, spec, key -> {
            throw new FileNotFoundException(key);
        }));
    }

    static void await(String what, BooleanSupplier holds) {
        Await.await(what).until(holds::getAsBoolean);
    }

    static String outputOf(LocalExecutor executor, String attempt, String script, Resources resources)
            throws Exception {
        launch(executor, attempt, script, Map.of(), resources, null);
        await("its end", () -> executor.observe(attempt) instanceof Observation.Ended);
        return new String(executor.read(attempt, Channel.STDOUT, 0, 1 << 16), StandardCharsets.UTF_8)
                + new String(executor.read(attempt, Channel.STDERR, 0, 1 << 16), StandardCharsets.UTF_8);
    }

    private static Observation.Ended ended(LocalExecutor executor, String attempt, String script) throws Exception {
        launch(executor, attempt, script, Map.of(), SMALL, null);
        await("its end", () -> executor.observe(attempt) instanceof Observation.Ended);
        return (Observation.Ended) executor.observe(attempt);
    }

    private Attempt made(String name, String... files) throws IOException {
        Path folder = Files.createDirectories(root.resolve(name));
        Files.createDirectory(folder.resolve("claimed"));
        for (String file : files) {
            Files.createFile(folder.resolve(file));
        }
        return new Attempt(folder);
    }

    private static void aWhileAgo(Path path, Duration age) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(age)));
    }

    @Test
    void programsOfTheWorkloadsPathAreNotRunOutsideItsSandbox() throws Exception {
        Path tools = Files.createDirectory(beside.resolve("tools"));
        Path mark = beside.resolve("ran-outside");
        for (String tool : List.of("mv", "mkdir", "bwrap", "setsid")) {
            Path fake = Files.writeString(
                    tools.resolve(tool), "#!/bin/sh\n: > %s\nexec /bin/%s \"$@\"\n".formatted(mark, tool));
            Files.setPosixFilePermissions(fake, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        try (LocalExecutor executor = open()) {
            launch(executor, "att-path", "echo $PATH", Map.of("PATH", tools + ":/usr/bin:/bin"), SMALL, null);
            await("its end", () -> executor.observe("att-path") instanceof Observation.Ended);
            assertThat(new String(executor.read("att-path", Channel.STDERR, 0, 4096), StandardCharsets.UTF_8))
                    .isEmpty();
            assertThat(new String(executor.read("att-path", Channel.STDOUT, 0, 4096), StandardCharsets.UTF_8))
                    .startsWith(tools.toString());
            assertThat(mark).doesNotExist();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theSupervisorHasNothingOfTheWorkloadsEnvironment() throws Exception {
        try (LocalExecutor executor = open()) {
            launch(
                    executor,
                    "att-env",
                    "echo up; sleep 600",
                    Map.of("LD_PRELOAD", "", "GREETING", "hello"),
                    SMALL,
                    null);
            await("its start", () -> executor.observe("att-env") instanceof Observation.Running);
            String pid =
                    Files.readString(root.resolve("att-env").resolve("pid")).strip();
            assertThat(Files.readString(Path.of("/proc", pid, "environ")).split("\0"))
                    .hasSize(1)
                    .allMatch(variable -> variable.startsWith("PATH=/usr/"));
            executor.forget("att-env");
        }
    }

    /** Freezes an attempt's supervisor as soon as its program runs. */
    private void freezeSupervisor(LocalExecutor executor, String name) throws Exception {
        launch(executor, name, "trap '' TERM; sleep 600", Map.of(), SMALL, null);
        Attempt attempt = new Attempt(root.resolve(name));
        await(
                "its program",
                () -> executor.observe(name) instanceof Observation.Running
                        && attempt.program().isPresent());
        long supervisor = attempt.supervisor().orElseThrow().pid();
        assertThat(new ProcessBuilder("/bin/kill", "-STOP", Long.toString(supervisor))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void anAttemptWhoseSupervisorIsFrozenEndsWhenItIsToldToOrItsProgramDoes() throws Exception {
        try (var executor = new LocalExecutor(
                settings(Visibility.SYSTEM_ALONE),
                new Gpus(List.of(), List.of()),
                new PublicAddresses(List.of())::of,
                Duration.ofMillis(100))) {
            freezeSupervisor(executor, "att-stopped");
            executor.stop("att-stopped", Duration.ZERO);
            await("its end", () -> executor.observe("att-stopped") instanceof Observation.Ended);
            assertThat(((Observation.Ended) executor.observe("att-stopped")).cause())
                    .isEqualTo(Cause.STOPPED);

            freezeSupervisor(executor, "att-lost");
            new Attempt(root.resolve("att-lost")).program().orElseThrow().destroyForcibly();
            await("its end", () -> executor.observe("att-lost") instanceof Observation.Ended);
            assertThat(((Observation.Ended) executor.observe("att-lost")).cause())
                    .isEqualTo(Cause.LOST);

            freezeSupervisor(executor, "att-forgotten");
            executor.forget("att-forgotten");
            assertThat(executor.observe("att-forgotten")).isEqualTo(new Observation.Absent());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theEndOfThePlatformEndsAFrozenSupervisorToo() throws Exception {
        try (LocalExecutor executor = open()) {
            freezeSupervisor(executor, "att-frozen");
            executor.stopAll(Duration.ofMillis(100));
            await("its end", () -> executor.observe("att-frozen") instanceof Observation.Ended);
            assertThat(new Attempt(root.resolve("att-frozen")).supervisor()).isEmpty();
        }
    }

    @Test
    void theEnvironmentsFileIsForThisUserAlone() throws Exception {
        try (LocalExecutor executor = open()) {
            launch(executor, "att-file", "true", Map.of("TOKEN", "secret"), SMALL, null);
            Path file = root.resolve("att-file").resolve("environment");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    /** What is kept is written out in full. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whatIsLeftIsCountedByItsLengthAndForEachOfItsNames() throws Exception {
        try (LocalExecutor executor =
                new LocalExecutor(settings(Visibility.SYSTEM_ALONE).writingAtMost(8 << 20))) {
            var scripts = List.of(
                    "truncate -s 5M $TRINE_OUTPUTS/a $TRINE_OUTPUTS/b",
                    "truncate -s 3M $TRINE_OUTPUTS/a; ln $TRINE_OUTPUTS/a $TRINE_OUTPUTS/b; ln $TRINE_OUTPUTS/a $TRINE_OUTPUTS/c",
                    "truncate -s 5M $TRINE_OUTPUTS/a /dev/stdout");
            for (int i = 0; i < scripts.size(); i++) {
                String script = scripts.get(i);
                Observation.Ended ended = ended(executor, "att-sparse-" + i, script);
                assertThat(ended.cause()).as("%s: %s", script, ended).isEqualTo(Cause.OUT_OF_DISK);
                assertThat(ended.message()).contains("8 MiB").contains("holes");
            }
            assertThat(ended(executor, "att-within", "truncate -s 7M $TRINE_OUTPUTS/a")
                            .cause())
                    .isEqualTo(Cause.COMPLETED);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void ofChannelsThatAreLongerThanAllThatItMayWriteOnlyTheBeginningIsRead() throws Exception {
        try (LocalExecutor executor =
                new LocalExecutor(settings(Visibility.SYSTEM_ALONE).writingAtMost(64 << 20))) {
            Observation.Ended ended =
                    ended(executor, "att-holes", "echo begun; truncate -s 60M /dev/stdout /dev/stderr; exit 1");
            assertThat(ended.cause()).as(ended.toString()).isEqualTo(Cause.OUT_OF_DISK);
            assertThat(executor.read("att-holes", Channel.STDOUT, 0, 6))
                    .asString()
                    .isEqualTo("begun\n");
            assertThat(executor.read("att-holes", Channel.STDOUT, 15 << 20, 4 << 20))
                    .hasSize(1 << 20);
            assertThat(executor.read("att-holes", Channel.STDOUT, 16 << 20, 4 << 20))
                    .isEmpty();
        }
    }

    /** A look for each of them would be a look at all of them each time. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void outputsWhoseNamesAreNoTextAreLookedForOnce() throws Exception {
        try (LocalExecutor executor = open()) {
            ended(executor, "att-odd", "cd $TRINE_OUTPUTS && echo listed > $(printf '\\377a')");
            assertThat(executor.outputs("att-odd"))
                    .extracting(Executor.Output::path)
                    .containsExactly("%FFa");
            new ProcessBuilder("/bin/sh", "-c", "echo late > $(printf '\\377b')")
                    .directory(root.resolve("att-odd").resolve("outputs").toFile())
                    .start()
                    .waitFor();
            try (InputStream listed = executor.openOutput("att-odd", "%FFa")) {
                assertThat(listed.readAllBytes()).asString().isEqualTo("listed\n");
            }
            assertThat(catchThrowableOfType(FileNotFoundException.class, () -> executor.openOutput("att-odd", "%FFb")))
                    .hasMessageContaining("%FFb");
            assertThat(executor.outputs("att-odd")).hasSize(2);
        }
    }

    @Test
    void argumentsThatTheSystemDoesNotTakeAreKnown() {
        IOException e2big = catchThrowableOfType(
                IOException.class, () -> new ProcessBuilder("/bin/echo", "x".repeat(4_000_000)).start());
        assertThat(LocalExecutor.tooLong(e2big)).isTrue();
        IOException enoent =
                catchThrowableOfType(IOException.class, () -> new ProcessBuilder("/no/such/program").start());
        assertThat(LocalExecutor.tooLong(enoent)).isFalse();
    }

    @Test
    void aSupervisorThatCannotWriteItsPidDoesNotRunTheProgram() throws Exception {
        Path folder = Files.createDirectories(root.resolve("att-full"));
        Files.createDirectories(folder.resolve("work"));
        Files.createDirectory(folder.resolve("pid.new")); // as a full disk does, it makes writing fail
        try (LocalExecutor executor = open()) {
            int exit = new ProcessBuilder(
                            "/bin/sh",
                            root.resolve(".supervisor.sh").toString(),
                            folder.toString(),
                            "touch",
                            beside.resolve("ran").toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            assertThat(exit).isNotZero();
            assertThat(beside.resolve("ran")).doesNotExist();
            assertThat(executor.observe("att-full")).isInstanceOf(Observation.Starting.class);
            aWhileAgo(folder.resolve("claimed"), Attempt.BEGINS_WITHIN.plusSeconds(1));
            assertThat(executor.observe("att-full"))
                    .isInstanceOfSatisfying(
                            Observation.Ended.class,
                            ended -> assertThat(ended.cause()).isEqualTo(Cause.LOST));
            executor.stop("att-full", Duration.ZERO);
            executor.forget("att-full");
        }
    }

    @Test
    void oneWhoseFilesArePowerCutIsLost() throws Exception {
        try (LocalExecutor executor = open()) {
            made("att-pid", "pid", "started");
            made("att-exit", "pid", "started", "exit");
            for (String name : List.of("att-pid", "att-exit")) {
                assertThat(executor.observe(name))
                        .isInstanceOfSatisfying(
                                Observation.Ended.class,
                                ended -> assertThat(ended.cause()).isEqualTo(Cause.LOST));
                executor.forget(name);
            }
        }
    }

    @Test
    void oneThatCannotBeLookedAtDoesNotKeepTheOthersFromTheirTimeouts() throws Exception {
        Attempt broken = made("att-broken", "started");
        Files.createDirectory(broken.folder().resolve("pid")); // cannot be read at all
        try (LocalExecutor executor = open()) {
            launch(executor, "att-late", "sleep 600", Map.of(), SMALL, Duration.ofMillis(200));
            await("its end", () -> executor.observe("att-late") instanceof Observation.Ended);
            assertThat(((Observation.Ended) executor.observe("att-late")).cause())
                    .isEqualTo(Cause.TIMED_OUT);
            Files.delete(broken.folder().resolve("pid"));
            aWhileAgo(broken.folder().resolve("claimed"), Attempt.BEGINS_WITHIN.plusSeconds(1));
        }
    }

    @Test
    void aProgramThatLostItsSupervisorIsLostAndEndsWhenForgotten() throws Exception {
        String marker = "8" + System.nanoTime() % 1_000_000_000;
        try (LocalExecutor executor = open()) {
            launch(executor, "att-orphan", "sleep %s; true".formatted(marker), Map.of(), SMALL, null);
            await("its sleep", () -> processes(marker).stream().anyMatch(line -> line.endsWith("/sleep " + marker)));
            long pid = Long.parseLong(
                    Files.readString(root.resolve("att-orphan").resolve("pid")).strip());
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            await("its loss", () -> executor.observe("att-orphan") instanceof Observation.Ended);
            assertThat(((Observation.Ended) executor.observe("att-orphan")).cause())
                    .isEqualTo(Cause.LOST);
            executor.forget("att-orphan");
            await("no process", () -> processes(marker).isEmpty());
        }
    }

    @Test
    void theNodeIsTheSameAsLongAsItsFolderIs() throws Exception {
        String first;
        try (LocalExecutor executor = open()) {
            first = executor.nodes().getFirst().id();
        }
        try (LocalExecutor executor = open()) {
            assertThat(executor.nodes().getFirst().id()).isEqualTo(first);
        }
        Files.delete(root.resolve(".node"));
        try (LocalExecutor executor = open()) {
            assertThat(executor.nodes().getFirst().id())
                    .as("not made of the host's name")
                    .isNotEqualTo(first);
        }
    }

    @Test
    void eachProgramHasGpusOfItsOwn() throws Exception {
        try (LocalExecutor executor = open(Visibility.SYSTEM_ALONE, twoGpus())) {
            assertThat(executor.nodes().getFirst().capacity().gpus()).isEqualTo(2);
            var one = new Resources(1, 64 << 20, 1);
            launch(executor, "att-first", "sleep 600", Map.of(), one, null);
            String second = outputOf(executor, "att-second", "echo $CUDA_VISIBLE_DEVICES", one);
            assertThat(second).isEqualTo("GPU-b\n");
            assertThat(outputOf(executor, "att-none", "echo [$CUDA_VISIBLE_DEVICES]", SMALL))
                    .isEqualTo("[]\n");
            var two = new Resources(1, 64 << 20, 2);
            assertThat(catchThrowableOfType(
                            IOException.class, () -> launch(executor, "att-both", "true", Map.of(), two, null)))
                    .hasMessage("2 GPUs are asked for, but only 1 of 2 are free now");
            assertThat(executor.attempts()).doesNotContain("att-both");
            executor.forget("att-first");
            assertThat(outputOf(executor, "att-both", "echo $CUDA_VISIBLE_DEVICES", two))
                    .isEqualTo("GPU-a,GPU-b\n");
        }
    }

    /** As the driver describes them; the devices are plain files. */
    Gpus twoGpus() throws IOException {
        Path driver = Files.createDirectories(beside.resolve("gpus"));
        Path devices = Files.createDirectories(beside.resolve("dev"));
        for (int minor = 0; minor < 2; minor++) {
            Path folder = Files.createDirectories(driver.resolve("0000:0%d:00.0".formatted(minor)));
            Files.writeString(
                    folder.resolve("information"),
                    "Model: \t\t NVIDIA H100\nGPU UUID: \t GPU-%s\nBus Location: \t 0000:01:00.0\nDevice Minor: \t %d\n"
                            .formatted(minor == 0 ? "a" : "b", minor));
            Files.createFile(devices.resolve("nvidia" + minor));
        }
        Files.createFile(devices.resolve("nvidiactl"));
        Files.createFile(devices.resolve("nvidia-uvm"));
        return Gpus.in(driver, devices);
    }
}
