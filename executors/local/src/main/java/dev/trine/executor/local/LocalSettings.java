package dev.trine.executor.local;

import dev.trine.lib.addresses.AddressRange;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How this machine runs workloads.
 *
 * @param root where attempts are kept; made if it is not there
 * @param sandbox how they are kept apart
 * @param allowUnsandboxed whether people's own programs run also where nothing keeps them apart from the platform
 * @param files what sandboxed workloads see of the machine
 * @param builtins the platform's own programs
 * @param address the name or address of this machine on which services listen, and at which the gateway reaches them
 * @param platform the front door as workloads name it, {@code http://host:port}; null for none
 * @param door where that is outside of a sandbox; null for none
 * @param diskBytes bytes of files that an attempt may write
 * @param privateNetworks where workloads do not go by the internet, besides the networks that this machine is in
 */
public record LocalSettings(
        Path root,
        Sandbox sandbox,
        boolean allowUnsandboxed,
        Visibility files,
        BuiltinPrograms builtins,
        String address,
        @Nullable URI platform,
        @Nullable URI door,
        long diskBytes,
        List<AddressRange> privateNetworks) {

    private static final String LOOPBACK = "127.0.0.1";
    private static final long DISK_BYTES = 50L << 30;

    public LocalSettings {
        privateNetworks = List.copyOf(privateNetworks);
    }

    /** Services on the loopback address, no platform to reach, 50 GiB of files for an attempt. */
    public LocalSettings(Path root, Sandbox sandbox, Visibility files, BuiltinPrograms builtins) {
        this(root, sandbox, false, files, builtins, LOOPBACK, null, null, DISK_BYTES, List.of());
    }

    /** The same, at another address. */
    public LocalSettings at(String where) {
        return new LocalSettings(
                root, sandbox, allowUnsandboxed, files, builtins, where, platform, door, diskBytes, privateNetworks);
    }

    /** The same, with a platform that workloads may reach: what they name it, and where it is. */
    public LocalSettings reaching(URI named, URI at) {
        return new LocalSettings(
                root, sandbox, allowUnsandboxed, files, builtins, address, named, at, diskBytes, privateNetworks);
    }

    /** The same, with people's own programs allowed or refused where no sandbox is. */
    public LocalSettings unsandboxed(boolean allowed) {
        return new LocalSettings(
                root, sandbox, allowed, files, builtins, address, platform, door, diskBytes, privateNetworks);
    }

    /** The same, with another bound on files. */
    public LocalSettings writingAtMost(long bytes) {
        return new LocalSettings(
                root, sandbox, allowUnsandboxed, files, builtins, address, platform, door, bytes, privateNetworks);
    }

    /** The same, with other networks to which workloads do not go. */
    public LocalSettings keepingFrom(List<AddressRange> networks) {
        return new LocalSettings(
                root, sandbox, allowUnsandboxed, files, builtins, address, platform, door, diskBytes, networks);
    }
}
