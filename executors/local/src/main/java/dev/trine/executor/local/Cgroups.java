package dev.trine.executor.local;

import dev.trine.lib.workload.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits that the kernel holds: memory, processor time and the number of processes of an attempt, by control groups of
 * <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">version 2</a> where they may be made, else of
 * <a href="https://docs.kernel.org/admin-guide/cgroup-v1/index.html">version 1</a>.
 */
final class Cgroups {

    private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);
    private static final Path MOUNTED = Path.of("/sys/fs/cgroup");

    /** Many times what any program has; a fork bomb soon has more. */
    static final int MOST_PROCESSES = 4_096;

    private static final long PERIOD_MICROS = 100_000;

    /** The folder that attempts' groups are made in, for each hierarchy; one for version 2. */
    private final List<Path> parents;

    private final boolean second;

    private Cgroups(List<Path> parents, boolean second) {
        this.parents = parents;
        this.second = second;
    }

    /**
     * Those that this process may make; tried, not guessed.
     *
     * @param name what the folder for them is called
     */
    static Optional<Cgroups> ofThisMachine(String name) {
        Map<String, String> own = own();
        return second(own.get(""), name).or(() -> first(own, name)).filter(Cgroups::works);
    }

    /** The group that this process is in, by controller; of version 2 by the empty text. */
    private static Map<String, String> own() {
        var groups = new HashMap<String, String>();
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
                String[] parts = line.split(":", 3);
                for (String controller : parts[1].split(",", -1)) {
                    groups.put(controller, parts[2]);
                }
            }
        } catch (IOException noneHere) {
            LOG.debug("no control groups: {}", noneHere.toString());
        }
        return groups;
    }

    private static Optional<Cgroups> second(@Nullable String own, String name) {
        if (own == null || !Files.exists(MOUNTED.resolve("cgroup.controllers"))) {
            return Optional.empty();
        }
        Path here = MOUNTED.resolve(own.substring(1)).normalize();
        // a group with processes can hand nothing to groups below it, so mostly it is one beside ours
        for (Path above : here.equals(MOUNTED) ? List.of(here) : List.of(here, here.getParent())) {
            try {
                Files.writeString(above.resolve("cgroup.subtree_control"), "+memory +pids +cpu");
                Path parent = above.resolve(name);
                if (!Files.isDirectory(parent)) {
                    Files.createDirectory(parent);
                }
                Files.writeString(parent.resolve("cgroup.subtree_control"), "+memory +pids +cpu");
                return Optional.of(new Cgroups(List.of(parent), true));
            } catch (IOException notOurs) {
                LOG.debug("no control groups below {}: {}", above, notOurs.toString());
            }
        }
        return Optional.empty();
    }

    private static Optional<Cgroups> first(Map<String, String> own, String name) {
        var parents = new ArrayList<Path>();
        for (String controller : List.of("memory", "pids", "cpu")) {
            Path mounted = MOUNTED.resolve(controller);
            Path here = mounted.resolve(own.getOrDefault(controller, "/").substring(1));
            Path parent = (Files.isDirectory(here) ? here : mounted).resolve(name);
            try {
                if (!Files.isDirectory(parent)) {
                    Files.createDirectory(parent);
                }
                parents.add(parent);
            } catch (IOException notOurs) {
                LOG.debug("no control groups below {}: {}", mounted, notOurs.toString());
                return Optional.empty();
            }
        }
        return Optional.of(new Cgroups(parents, false));
    }

    private boolean works() {
        String trial = "trial-" + ProcessHandle.current().pid();
        try {
            List<Path> groups = make(trial, new Resources(1, 64 << 20, 0));
            var line = new ArrayList<>(
                    List.of("/bin/sh", "-c", "for g do echo $$ > \"$g/cgroup.procs\" || exit 1; done", "sh"));
            groups.forEach(group -> line.add(group.toString()));
            Process process = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            LOG.info("control groups hold no limits here: {}", e.toString());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            remove(trial);
        }
    }

    /** Makes an attempt's groups with its limits; whoever writes a process id into their {@code cgroup.procs} is in them. */
    List<Path> make(String attempt, Resources limits) throws IOException {
        List<Path> groups = groups(attempt);
        for (Path group : groups) {
            if (!Files.isDirectory(group)) {
                Files.createDirectory(group);
            }
        }
        long quota = Math.max(1_000, (long) (limits.cpus() * PERIOD_MICROS));
        String memory = Long.toString(limits.memoryBytes());
        if (second) {
            Path group = groups.getFirst();
            set(group, "memory.max", memory);
            setIfThere(group, "memory.swap.max", "0");
            setIfThere(group, "memory.oom.group", "1");
            set(group, "pids.max", Integer.toString(MOST_PROCESSES));
            set(group, "cpu.max", quota + " " + PERIOD_MICROS);
        } else {
            set(groups.get(0), "memory.limit_in_bytes", memory);
            setIfThere(groups.get(0), "memory.memsw.limit_in_bytes", memory);
            set(groups.get(1), "pids.max", Integer.toString(MOST_PROCESSES));
            set(groups.get(2), "cpu.cfs_period_us", Long.toString(PERIOD_MICROS));
            set(groups.get(2), "cpu.cfs_quota_us", Long.toString(quota));
        }
        return groups;
    }

    private List<Path> groups(String attempt) {
        return parents.stream().map(parent -> parent.resolve(attempt)).toList();
    }

    private static void set(Path group, String file, String value) throws IOException {
        Files.writeString(group.resolve(file), value);
    }

    private static void setIfThere(Path group, String file, String value) throws IOException {
        if (Files.exists(group.resolve(file))) {
            set(group, file, value);
        }
    }

    /**
     * Whether the kernel has ended a process of an attempt for want of memory. Version 1 ends just one, and the others, some of
     * which may only have waited for it, go on.
     */
    boolean ranOutOfMemory(String attempt) {
        Path counts = groups(attempt).getFirst().resolve(second ? "memory.events" : "memory.oom_control");
        try {
            return Files.readAllLines(counts).stream().anyMatch(line -> line.matches("oom_kill [1-9].*"));
        } catch (IOException gone) {
            return false;
        }
    }

    /** Ends what is left in an attempt's groups, and removes them. */
    void remove(String attempt) {
        for (Path group : groups(attempt)) {
            if (!Files.isDirectory(group)) {
                continue;
            }
            try {
                lift(group);
                kill(group);
                Files.delete(group);
            } catch (IOException busy) {
                LOG.debug("the control group {} is not removed: {}", group, busy.toString());
            }
        }
    }

    /** Removes the folders that groups are made in, if none is left in them. */
    void close() {
        for (Path parent : parents) {
            try {
                Files.deleteIfExists(parent);
            } catch (IOException inUse) {
                LOG.debug("{} stays: {}", parent, inUse.toString());
            }
        }
    }

    /** Ends every process in an attempt's groups, whatever sessions and process groups they have made for themselves. */
    void kill(String attempt) {
        for (Path group : groups(attempt)) {
            try {
                lift(group);
                kill(group);
            } catch (IOException gone) {
                LOG.debug("the control group {} has gone: {}", group, gone.toString());
            }
        }
    }

    /** Those that are to end need some processor time and memory for it, hundreds of them more than they have. */
    private static void lift(Path group) throws IOException {
        setIfThere(group, "cpu.cfs_quota_us", "-1");
        setIfThere(group, "cpu.max", "max");
        setIfThere(group, "memory.memsw.limit_in_bytes", "-1");
        setIfThere(group, "memory.limit_in_bytes", "-1");
        setIfThere(group, "memory.max", "max");
    }

    private static void kill(Path group) throws IOException {
        setIfThere(group, "cgroup.kill", "1");
        for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
            ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
