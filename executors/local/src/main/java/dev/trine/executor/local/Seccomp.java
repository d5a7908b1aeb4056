package dev.trine.executor.local;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The filter of system calls that sandboxed workloads run under: what no program of theirs needs, and what faults of the kernel
 * were reached through again and again, fails with {@code EPERM}. A list of what is refused and not of what is allowed, because
 * programs that are new need calls that are new; the calls are those that the
 * <a href="https://docs.docker.com/engine/security/seccomp/">profile of Docker</a> refuses too to a container without
 * capabilities, and {@code io_uring}.
 *
 * <p>It is a program for the kernel's classic BPF machine, as {@code bwrap --seccomp} takes it: an array of {@code struct
 * sock_filter} over {@code struct seccomp_data} (<a href="https://man7.org/linux/man-pages/man2/seccomp.2.html">seccomp(2)</a>).
 */
final class Seccomp {

    private static final int LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
    private static final int IF_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    private static final int IF_AT_LEAST = 0x35; // BPF_JMP | BPF_JGE | BPF_K
    private static final int IF_ANY_BIT = 0x45; // BPF_JMP | BPF_JSET | BPF_K
    private static final int RETURN = 0x06; // BPF_RET | BPF_K

    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;
    private static final int FIRST_ARGUMENT = 16;
    private static final int SECOND_ARGUMENT = 24;

    private static final int ALLOW = 0x7fff0000;
    private static final int KILL = 0x80000000;
    private static final int REFUSE = 0x00050000 | 1; // EPERM
    private static final int NOT_THERE = 0x00050000 | 38; // ENOSYS

    /** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. */
    private static final int NEW_NAMESPACE = 0x7E020000;

    private static final int AF_ALG = 38;
    private static final int AF_VSOCK = 40;
    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541C;

    /** Calls that are refused whatever their arguments, with their numbers on x86-64 and AArch64. */
    private static final String REFUSED = """
            mount               165   40
            umount2             166   39
            pivot_root          155   41
            chroot              161   51
            swapon              167  224
            swapoff             168  225
            reboot              169  142
            kexec_load          246  104
            kexec_file_load     320  294
            create_module       174    -
            init_module         175  105
            finit_module        313  273
            delete_module       176  106
            get_kernel_syms     177    -
            query_module        178    -
            bpf                 321  280
            perf_event_open     298  241
            add_key             248  217
            request_key         249  218
            keyctl              250  219
            userfaultfd         323  282
            open_by_handle_at   304  265
            kcmp                312  272
            setns               308  268
            unshare             272   97
            iopl                172    -
            ioperm              173    -
            modify_ldt          154    -
            acct                163   89
            settimeofday        164  170
            clock_settime       227  112
            adjtimex            159  171
            clock_adjtime       305  266
            quotactl            179   60
            quotactl_fd         443  443
            syslog              103  116
            sethostname         170  161
            setdomainname       171  162
            vhangup             153   58
            uselib              134    -
            ustat               136    -
            sysfs               139    -
            _sysctl             156    -
            nfsservctl          180   42
            lookup_dcookie      212   18
            io_uring_setup      425  425
            io_uring_enter      426  426
            io_uring_register   427  427
            open_tree           428  428
            move_mount          429  429
            fsopen              430  430
            fsconfig            431  431
            fsmount             432  432
            fspick              433  433
            mount_setattr       442  442
            """;

    /**
     * What differs between processors.
     *
     * @param audit its name for the kernel
     * @param forks the number of {@code clone}
     * @param otherSet calls from here on are those of another set (x32); 0 if there is none
     * @param column of {@link #REFUSED}
     */
    private record Machine(int audit, int forks, int socket, int ioctl, int otherSet, int column) {}

    private static final Machine X86_64 = new Machine(0xC000003E, 56, 41, 16, 0x40000000, 1);
    private static final Machine AARCH64 = new Machine(0xC00000B7, 220, 198, 29, 0, 2);

    /** The same number everywhere. The C library falls back to {@code clone}, whose flags can be looked at. */
    private static final int CLONE3 = 435;

    private record Instruction(int code, int ifTrue, int ifFalse, int operand) {}

    private Seccomp() {}

    /**
     * The filter for a processor.
     *
     * @param architecture as Java's {@code os.arch} names it
     * @return empty where the numbers of its calls are not known here
     */
    static Optional<byte[]> filter(String architecture) {
        return switch (architecture) {
            case "amd64", "x86_64" -> Optional.of(filter(X86_64));
            case "aarch64", "arm64" -> Optional.of(filter(AARCH64));
            default -> Optional.empty();
        };
    }

    private static byte[] filter(Machine machine) {
        var program = new ArrayList<Instruction>();
        program.add(new Instruction(LOAD, 0, 0, ARCHITECTURE));
        program.add(new Instruction(IF_EQUAL, 1, 0, machine.audit));
        program.add(new Instruction(RETURN, 0, 0, KILL));
        program.add(new Instruction(LOAD, 0, 0, NUMBER));
        if (machine.otherSet != 0) {
            program.add(new Instruction(IF_AT_LEAST, 0, 1, machine.otherSet));
            program.add(new Instruction(RETURN, 0, 0, NOT_THERE));
        }
        REFUSED.lines()
                .map(line -> line.split("\\s+", -1)[machine.column])
                .filter(number -> !number.equals("-"))
                .forEach(number -> {
                    program.add(new Instruction(IF_EQUAL, 0, 1, Integer.parseInt(number)));
                    program.add(new Instruction(RETURN, 0, 0, REFUSE));
                });
        program.add(new Instruction(IF_EQUAL, 0, 1, CLONE3));
        program.add(new Instruction(RETURN, 0, 0, NOT_THERE));
        argument(program, machine.forks, FIRST_ARGUMENT, IF_ANY_BIT, NEW_NAMESPACE);
        argument(program, machine.socket, FIRST_ARGUMENT, IF_EQUAL, AF_ALG, AF_VSOCK);
        argument(program, machine.ioctl, SECOND_ARGUMENT, IF_EQUAL, TIOCSTI, TIOCLINUX);
        program.add(new Instruction(RETURN, 0, 0, ALLOW));
        return bytes(program);
    }

    /** Refuses a call one of whose arguments compares so with one of the values, and allows it otherwise. */
    private static void argument(List<Instruction> program, int call, int argument, int compare, int... values) {
        program.add(new Instruction(IF_EQUAL, 0, 2 + 2 * values.length, call));
        program.add(new Instruction(LOAD, 0, 0, argument));
        for (int value : values) {
            program.add(new Instruction(compare, 0, 1, value));
            program.add(new Instruction(RETURN, 0, 0, REFUSE));
        }
        program.add(new Instruction(RETURN, 0, 0, ALLOW));
    }

    private static byte[] bytes(List<Instruction> program) {
        var bytes = ByteBuffer.allocate(8 * program.size()).order(ByteOrder.nativeOrder());
        for (Instruction each : program) {
            bytes.putShort((short) each.code)
                    .put((byte) each.ifTrue)
                    .put((byte) each.ifFalse)
                    .putInt(each.operand);
        }
        return bytes.array();
    }
}
