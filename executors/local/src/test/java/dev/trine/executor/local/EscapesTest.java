package dev.trine.executor.local;

import static dev.trine.testkit.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.net.httpserver.HttpServer;
import dev.trine.lib.addresses.PublicAddresses;
import dev.trine.lib.workload.Executor;
import dev.trine.lib.workload.Executor.Channel;
import dev.trine.lib.workload.Observation;
import dev.trine.lib.workload.Observation.Cause;
import dev.trine.lib.workload.Program;
import dev.trine.lib.workload.Resources;
import dev.trine.lib.workload.WorkloadSpec;
import dev.trine.lib.workload.WorkloadSpec.Network;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ways out of the sandbox, each tried. A script that gets out says so, and one that does not says {@code contained}; one that says
 * nothing, for want of a program for example, proves nothing and fails.
 */
@EnabledIf("dev.trine.executor.local.BubblewrapExecutorTest#bubblewrapWorks")
@SuppressWarnings("NullAway.Init") // JUnit fills the fields
class EscapesTest {

    private static final Resources SMALL = new Resources(1, 64 << 20, 0);
    private static final long MOST_WRITTEN = 24 << 20;

    /** The executor's own, and beside it what belongs to others. */
    @TempDir
    static Path root;

    @TempDir
    static Path beside;

    private static HttpServer platform;
    private static HttpServer engine;
    private static LocalExecutor executor;
    private static int attempts;

    @BeforeAll
    static void begin() throws IOException {
        platform = server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "the platform");
        engine = server(new InetSocketAddress("0.0.0.0", 0), "an engine");
        Files.writeString(beside.resolve("secret"), "secret");
        URI door = URI.create("http://127.0.0.1:" + platform.getAddress().getPort());
        executor = new LocalExecutor(
                new LocalSettings(root, Sandbox.BUBBLEWRAP, Visibility.SYSTEM_ALONE, BuiltinPrograms.NONE)
                        .reaching(door, door)
                        .writingAtMost(MOST_WRITTEN),
                new Gpus(List.of(), List.of()),
                // one name leads to this machine, or nothing of the internet could be had in a test
                host -> host.equals("allowed.test")
                        ? List.of(InetAddress.getLoopbackAddress())
                        : new PublicAddresses(List.of()).of(host));
    }

    @AfterAll
    static void end() throws IOException {
        for (String left : executor.attempts()) {
            executor.forget(left);
        }
        executor.close();
        platform.stop(0);
        engine.stop(0);
    }

    private static HttpServer server(InetSocketAddress address, String says) throws IOException {
        var server = HttpServer.create(address, 0);
        byte[] body = says.getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String start(String script, Network network) throws Exception {
        return start(script, network, "LD_LIBRARY_PATH", "/trine/work");
    }

    private static String start(String script, Network network, String variable, String value) throws Exception {
        String attempt = "att-" + attempts++;
        var spec = new WorkloadSpec(
                WorkloadSpec.Kind.TASK,
                new Program.Command(List.of("/bin/sh", "-c", script)),
                Map.of(variable, value),
                List.of(),
                SMALL,
                network,
                null,
                0);
        String node = executor.nodes().getFirst().id();
        executor.launch(new Executor.Launch("wl-1", attempt, node, spec, key -> {
            throw new FileNotFoundException(key);
        }));
        return attempt;
    }

    private static Observation.Ended ended(String attempt) {
        return (Observation.Ended)
                await("its end").until(() -> executor.observe(attempt), seen -> seen instanceof Observation.Ended);
    }

    private static String said(String attempt) throws IOException {
        return new String(executor.read(attempt, Channel.STDOUT, 0, 1 << 16), StandardCharsets.UTF_8)
                + new String(executor.read(attempt, Channel.STDERR, 0, 1 << 16), StandardCharsets.UTF_8);
    }

    private static String outputOf(String script, Network network) throws Exception {
        String attempt = start(script, network);
        ended(attempt);
        return said(attempt);
    }

    record Escape(String what, String script) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static Escape tried(String what, String command) {
        return new Escape(what, "if %s; then echo ESCAPED; else echo contained; fi".formatted(command));
    }

    /** The program that an escape needs must be there, or it would be contained by nothing. */
    private static Escape tried(String what, String program, String arguments) {
        return new Escape(
                what,
                "command -v %1$s > /dev/null || exit 1; if %1$s %2$s; then echo ESCAPED; else echo contained; fi"
                        .formatted(program, arguments));
    }

    static Stream<Escape> ways() {
        return Stream.of(
                tried("the shadow file", "cat /etc/shadow"),
                tried("the root user's home", "ls /root"),
                tried("other people's homes", "ls /home"),
                tried("a file of the machine's /tmp", "cat " + beside.resolve("secret")),
                tried("the executor's folder", "ls " + root),
                tried("the executor's folder over the door", "ls /trine/door/../../trine/door/.. | grep -q etc"),
                tried("the machine's files over process 1", "ls /proc/1/root/"),
                tried("writing to the system's programs", "touch /usr/bin/mine"),
                tried("writing to the root", "touch /mine"),
                tried("writing to what is read at every start", "sh -c 'echo x >> /etc/ld.so.cache'"),
                tried("writing to its inputs", "touch /trine/inputs/mine"),
                tried("writing to the door", "touch /trine/door/mine"),
                tried("changing its own environment's file", "sh -c 'echo x >> /trine/environment'"),
                tried("remounting the root", "mount", "-o remount,rw /"),
                tried("remounting the programs", "mount", "-o remount,rw,bind /usr"),
                tried("unmounting a cover", "umount", "/proc/sys"),
                tried("unmounting lazily", "umount", "-l /usr"),
                tried("a file system of its own", "mount", "-t tmpfs none /tmp"),
                tried("another root", "chroot", "/usr /bin/true"),
                tried("a block device", "mknod", "/tmp/disk b 254 0"),
                tried("the machine's memory as a device", "mknod", "/tmp/memory c 1 1"),
                tried("the machine's devices", "ls /dev/vda /dev/sda /dev/mem /dev/kmsg"),
                tried("the kernel's crash handler", "sh -c 'echo core > /proc/sys/kernel/core_pattern'"),
                tried("the kernel's loader of modules", "sh -c 'echo /sbin/modprobe > /proc/sys/kernel/modprobe'"),
                tried("the magic key", "sh -c 'echo h > /proc/sysrq-trigger'"),
                tried("the kernel's memory", "head -c 1 /proc/kcore"),
                tried("the control groups", "ls /sys/fs/cgroup"),
                tried(
                        "the tests' own process",
                        "kill -0 " + ProcessHandle.current().pid()),
                tried("more processes than its own", "sh -c 'set -- /proc/[0-9]*; [ $# -gt 8 ]'"),
                tried("a user namespace", "unshare", "--user --map-root-user true"),
                tried("a mount namespace", "unshare", "--mount true"),
                tried("the namespaces of process 1", "nsenter", "--target 1 --mount true"),
                tried("root by name", "setpriv", "--reuid 0 --clear-groups true"),
                tried("a program that makes its user root", "su", "-c true < /dev/null"),
                tried("any capability", "grep -E '^Cap(Inh|Prm|Eff|Bnd|Amb):.*[1-9a-f]' /proc/self/status"),
                tried("new privileges", "grep -qE '^NoNewPrivs:.*0' /proc/self/status"),
                tried("no filter", "grep -qE '^Seccomp:.*[01]$' /proc/self/status"),
                tried("root's number", "[ $(id -u) = 0 ]"),
                tried("being root outside", "grep -qE '^ *65534 +0 ' /proc/self/uid_map"),
                tried("another name for the machine", "hostname", "mine"),
                tried("a higher priority", "sh -c '[ \"$(nice -n -5 nice)\" = -5 ]'"),
                tried("the platform's environment", "sh -c 'tr \"\\0\" \"\\n\" < /proc/1/environ | grep -v ^PATH='"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void aWayOutIsClosed(Escape escape) throws Exception {
        assertThat(outputOf(escape.script(), Network.NONE))
                .contains("contained")
                .doesNotContain("ESCAPED");
    }

    /** System calls that only break out, by number on x86-64, and for each what fails: 1 not permitted, 38 not there. */
    static final List<Map.Entry<String, Integer>> CALLS = List.of(
            Map.entry("165, 'none', '/tmp', 'tmpfs', 0, 0", 1), // mount
            Map.entry("155, '/', '/tmp'", 1), // pivot_root
            Map.entry("56, 0x10000011, 0, 0, 0, 0", 1), // clone with a user namespace
            Map.entry("435, 0, 0", 38), // clone3
            Map.entry("272, 0x10000000", 1), // unshare
            Map.entry("308, 0, 0", 1), // setns
            Map.entry("321, 0, 0, 0", 1), // bpf
            Map.entry("298, 0, 0, -1, -1, 0", 1), // perf_event_open
            Map.entry("248, 'user', 'mine', 'x', 1, -3", 1), // add_key
            Map.entry("250, 0, -3, 0", 1), // keyctl
            Map.entry("323, 0", 1), // userfaultfd
            Map.entry("425, 8, 0", 1), // io_uring_setup
            Map.entry("304, -100, 0, 0", 1), // open_by_handle_at
            Map.entry("175, 0, 0, ''", 1), // init_module
            Map.entry("246, 0, 0, 0, 0", 1), // kexec_load
            Map.entry("169, 0, 0, 0, 0", 1), // reboot
            Map.entry("103, 10, 0, 0", 1), // syslog
            Map.entry("164, 0, 0", 1), // settimeofday
            Map.entry("172, 3", 1), // iopl
            Map.entry("430, 'tmpfs', 0", 1), // fsopen
            Map.entry("41, 40, 1, 0", 1), // a socket to the hypervisor
            Map.entry("41, 38, 5, 0", 1), // a socket of the kernel's cryptography
            Map.entry("41, 17, 3, 0", 1), // a socket of raw packets
            Map.entry("16, 0, 0x5412, 'x'", 1), // typing into a terminal
            Map.entry("0x40000000 + 39", 38)); // the other set of calls

    static boolean onX86() {
        return System.getProperty("os.arch").equals("amd64");
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("CALLS")
    @EnabledIf("onX86")
    void aSystemCallThatOnlyBreaksOutIsRefused(Map.Entry<String, Integer> call) throws Exception {
        String script =
                "perl -e '@a = (%s); $r = syscall(shift @a, @a); print $r < 0 ? \"refused \" . ($! + 0) : \"ESCAPED\"'"
                        .formatted(call.getKey().replace("'", "\""));
        assertThat(outputOf(script, Network.NONE)).isEqualTo("refused " + call.getValue());
    }

    private static String get(String host, int port) {
        return "perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(PeerAddr => \"%s\", PeerPort => %d, Timeout => 5)"
                        .formatted(host, port)
                + " or print(\"contained\"), exit; print $s \"GET / HTTP/1.0\\r\\n\\r\\n\"; print <$s>'";
    }

    @Test
    void thePlatformIsReachedByWhoeverMayAndByNobodyElse() throws Exception {
        String ask = get("127.0.0.1", platform.getAddress().getPort());
        assertThat(outputOf(ask, Network.PLATFORM)).contains("200 OK").endsWith("the platform");
        assertThat(outputOf(ask, Network.NONE)).isEqualTo("contained");
        assertThat(outputOf(ask + "; " + ask, Network.PLATFORM)).containsPattern("(?s)the platform.*the platform");
    }

    @Test
    void nothingElseOfTheMachineIsReached() throws Exception {
        int port = engine.getAddress().getPort();
        for (Network network : List.of(Network.NONE, Network.PLATFORM, Network.INTERNET)) {
            assertThat(outputOf(get("127.0.0.1", port), network)).isEqualTo("contained");
            for (NetworkInterface card : NetworkInterface.networkInterfaces().toList()) {
                for (InetAddress address : card.inetAddresses()
                        .filter(each -> each.getAddress().length == 4)
                        .toList()) {
                    assertThat(outputOf(get(address.getHostAddress(), port), network))
                            .as("%s on %s", address, network)
                            .isEqualTo("contained");
                }
            }
        }
    }

    /** By the proxy that its environment names, as programs with an HTTP client do; the status line and the body. */
    private static String getByProxy(String url) {
        return "perl -MIO::Socket::INET -e '$ENV{http_proxy} =~ m{^http://([^/]+)$} or print(\"no proxy\"), exit;"
                + " $s = IO::Socket::INET->new(PeerAddr => $1, Timeout => 5) or print(\"away\"), exit;"
                + " print $s \"GET %s HTTP/1.0\\r\\n\\r\\n\"; print <$s>'".formatted(url);
    }

    @Test
    void theInternetIsReachedByTheProxyOfWhoeverMayAndThePlatformAsBefore() throws Exception {
        String ask = getByProxy(
                "http://allowed.test:%d/".formatted(engine.getAddress().getPort()));
        assertThat(outputOf(ask, Network.INTERNET)).contains("200 OK").endsWith("an engine");
        assertThat(outputOf(get("127.0.0.1", platform.getAddress().getPort()), Network.INTERNET))
                .contains("200 OK")
                .endsWith("the platform");
        for (Network network : List.of(Network.NONE, Network.PLATFORM)) {
            assertThat(outputOf(ask, network)).isEqualTo("no proxy");
            assertThat(outputOf("ls /trine/egress 2>&1", network)).contains("No such file");
            assertThat(outputOf(get("127.0.0.1", EgressProxy.PORT), network)).isEqualTo("contained");
        }
    }

    private static InetAddress neighbour(InetAddress own) {
        byte[] address = own.getAddress();
        address[address.length - 1] ^= 1;
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException never) {
            throw new AssertionError(never);
        }
    }

    @Test
    void theProxyLeadsToNothingOfTheMachineOrItsNetworks() throws Exception {
        int port = engine.getAddress().getPort();
        List<InetAddress> own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address.getAddress().length == 4)
                .toList();
        Stream<String> near = Stream.concat(own.stream(), own.stream().map(EscapesTest::neighbour))
                .map(InetAddress::getHostAddress)
                .distinct();
        String tries = Stream.concat(near, Stream.of("localhost", "127.1", "[::1]", "169.254.169.254", "10.0.0.1"))
                .map(host -> getByProxy("http://%s:%d/".formatted(host, port)))
                .collect(Collectors.joining("; "));
        String told = outputOf(tries, Network.INTERNET);
        assertThat(told.split("is not on the public internet", -1))
                .as("each of %s: %s", own, told)
                .hasSizeGreaterThan(2 * own.size());
        assertThat(told)
                .contains("'169.254.169.254' is not on the public internet")
                .doesNotContain("200 OK")
                .doesNotContain("an engine");
        for (String direct : List.of("169.254.169.254", "10.0.0.1", "1.1.1.1")) {
            assertThat(outputOf(get(direct, 80), Network.INTERNET)).isEqualTo("contained");
        }
    }

    @Test
    void aProxyOfTheUsersOwnStays() throws Exception {
        String attempt =
                start("echo $https_proxy $HTTPS_PROXY $NO_PROXY", Network.INTERNET, "https_proxy", "http://mine");
        ended(attempt);
        assertThat(said(attempt)).isEqualTo("http://mine http://127.0.0.1:3128 localhost,127.0.0.1,::1\n");
    }

    @Test
    void aWorkloadDoesNotReachAnother() throws Exception {
        String listens = "perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(Listen => 5, LocalAddr => \"0.0.0.0\","
                + " LocalPort => 7777) or die; $| = 1; print \"listens\\n\"; $s->accept; print \"REACHED\\n\"'";
        String other = start(listens, Network.PLATFORM);
        await("its listening").until(() -> said(other), said -> said.contains("listens"));
        assertThat(outputOf(get("127.0.0.1", 7777), Network.PLATFORM)).isEqualTo("contained");
        executor.stop(other, java.time.Duration.ZERO);
        ended(other);
        assertThat(said(other)).doesNotContain("REACHED");
    }

    @Test
    void aProgramThatEndsPolitelyStillReachesThePlatform() throws Exception {
        String script =
                "trap '" + get("127.0.0.1", platform.getAddress().getPort()).replace("'", "'\\''")
                        + "; exit 0' TERM; echo up; while :; do sleep 0.05; done";
        String attempt = start(script, Network.PLATFORM);
        await("its start").until(() -> said(attempt), said -> said.contains("up"));
        executor.stop(attempt, java.time.Duration.ofSeconds(20));
        assertThat(ended(attempt).exitCode()).isZero();
        assertThat(said(attempt)).contains("the platform");
    }

    @Test
    void moreMemoryThanItHasEndsIt() throws Exception {
        String attempt = start("perl -e '$x = \"x\" x (300 << 20); sleep 600'", Network.NONE);
        Observation.Ended ended = ended(attempt);
        assertThat(ended.cause()).as(ended.toString()).isEqualTo(Cause.OUT_OF_MEMORY);
        assertThat(ended.message()).contains("64 MiB");
    }

    /** On a machine that is busy it would get less anyway; on an idle one the limit alone keeps it from two processors. */
    @Test
    void twoThatComputeGetNoMoreThanTheOneProcessorTheyHave() throws Exception {
        String burn = "timeout 3 sh -c 'while :; do :; done' & ";
        String attempt = start(burn + burn + "wait; times", Network.NONE);
        assumeThat(Files.readString(root.resolve(attempt).resolve("groups")))
                .as("control groups")
                .isNotBlank();
        ended(attempt);
        double seconds = Pattern.compile("(\\d+)m([\\d.]+)s")
                .matcher(said(attempt).lines().skip(1).findFirst().orElseThrow())
                .results()
                .mapToDouble(time -> 60 * Double.parseDouble(time.group(1)) + Double.parseDouble(time.group(2)))
                .sum();
        assertThat(seconds).as(said(attempt)).isBetween(0.1, 4.0);
    }

    @Test
    void endlessForksEndOrAreRefused() throws Exception {
        String attempt = start("perl -e 'while (1) { defined fork or print(\"refused\"), exit }'", Network.NONE);
        Observation.Ended ended = ended(attempt);
        assertThat(ended.cause() == Cause.OUT_OF_MEMORY || said(attempt).contains("refused"))
                .as(ended.toString())
                .isTrue();
    }

    @Test
    void moreFilesThanItMayWriteEndIt() throws Exception {
        for (String writes : List.of(
                "cat /dev/zero",
                "cat /dev/zero > $TRINE_OUTPUTS/one; sleep 600",
                "i=0; while :; do head -c 1000000 /dev/zero > /tmp/$i; i=$((i + 1)); done",
                "cat /dev/zero >> $TRINE_EVENTS")) {
            Observation.Ended ended = ended(start(writes, Network.NONE));
            assertThat(ended.cause()).as("%s: %s", writes, ended).isEqualTo(Cause.OUT_OF_DISK);
            assertThat(ended.message()).contains("24 MiB");
        }
        try (Stream<Path> all = Files.walk(root)) {
            assertThat(all.filter(Files::isRegularFile)
                            .mapToLong(file -> file.toFile().length()))
                    .as("no single file grew beyond the bound")
                    .allMatch(length -> length <= MOST_WRITTEN);
        }
    }

    @Test
    void whatDetachesItselfEndsWithItsAttempt() throws Exception {
        String marker = "9" + System.nanoTime() % 1_000_000_000;
        String detached = "perl -MPOSIX -e 'fork and exit; POSIX::setsid(); fork and exit; exec \"sleep\", \"%s\"'"
                .formatted(marker);
        ended(start(detached + "; sleep 0.2; exit 0", Network.NONE));
        await("nothing left")
                .until(() -> ProcessHandle.allProcesses()
                        .noneMatch(process ->
                                process.info().commandLine().orElse("").contains("sleep " + marker)));
    }
}
