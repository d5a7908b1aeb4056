package dev.trine.lib.addresses;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses are the public internet's, and nobody's private network, this machine, its neighbours or a cloud's word about it. The ranges are
 * those of the <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">registries</a> of
 * <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">special-purpose addresses</a> (RFC 6890).
 */
public final class PublicAddresses {

    /** All that is given out of IPv6 to be reached from everywhere; it leaves out IPv4 in other clothes (mapped, NAT64). */
    private static final AddressRange GLOBAL_UNICAST = AddressRange.of("2000::/3");

    private static final List<AddressRange> SPECIAL = Stream.of(
                    "0.0.0.0/8", // this host, this network
                    "10.0.0.0/8", // private
                    "100.64.0.0/10", // shared behind a provider's NAT; clouds have services there
                    "127.0.0.0/8", // loopback
                    "168.63.129.16/32", // Azure's own, which only its machines reach
                    "169.254.0.0/16", // link-local; clouds tell a machine's credentials there
                    "172.16.0.0/12", // private
                    "192.0.0.0/24", // protocol assignments
                    "192.0.2.0/24", // documentation
                    "192.88.99.0/24", // relays of 6to4
                    "192.168.0.0/16", // private
                    "198.18.0.0/15", // benchmarks
                    "198.51.100.0/24", // documentation
                    "203.0.113.0/24", // documentation
                    "224.0.0.0/4", // multicast
                    "240.0.0.0/4", // reserved, broadcast
                    "2001::/23", // protocol assignments: Teredo, benchmarks, ORCHID
                    "2001:db8::/32", // documentation
                    "2002::/16", // 6to4: IPv4 in other clothes
                    "3fff::/20") // documentation
            .map(AddressRange::of)
            .toList();

    private final Resolver resolver;
    private final Networks networks;

    /** Asks for the addresses of a name. */
    @FunctionalInterface
    interface Resolver {
        List<InetAddress> resolve(String host) throws UnknownHostException;
    }

    /** Asks for the networks that are not gone to though their addresses are public. */
    @FunctionalInterface
    interface Networks {
        List<AddressRange> now() throws SocketException;
    }

    /**
     * By this machine's own resolver, and not to its own networks.
     *
     * @param more networks that are not gone to either
     */
    public PublicAddresses(List<AddressRange> more) {
        this(
                host -> List.of(InetAddress.getAllByName(host)),
                () -> Stream.concat(own().stream(), more.stream()).toList());
    }

    PublicAddresses(Resolver resolver, Networks networks) {
        this.resolver = resolver;
        this.networks = networks;
    }

    /**
     * The addresses at which a host may be gone to.
     *
     * @param host a name or a literal address
     * @return empty if it may not be gone to
     */
    public List<InetAddress> of(String host) throws UnknownHostException {
        return among(resolver.resolve(host));
    }

    /** Those of some addresses that may be gone to. */
    public List<InetAddress> among(List<InetAddress> found) {
        try {
            List<AddressRange> refused = networks.now();
            return found.stream()
                    .filter(PublicAddresses::isPublic)
                    .filter(address -> refused.stream().noneMatch(range -> range.contains(address.getAddress())))
                    .toList();
        } catch (SocketException unknown) {
            return List.of(); // what cannot be told is not gone to
        }
    }

    /** The networks that this machine is in now, whatever ranges they are of; its own addresses are in them. */
    static List<AddressRange> own() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(each -> each.getInterfaceAddresses().stream())
                .map(each -> AddressRange.around(each.getAddress(), each.getNetworkPrefixLength()))
                .toList();
    }

    /** Whether an address is one of the public internet. */
    public static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        return (bytes.length == 4 || GLOBAL_UNICAST.contains(bytes))
                && SPECIAL.stream().noneMatch(range -> range.contains(bytes));
    }
}
