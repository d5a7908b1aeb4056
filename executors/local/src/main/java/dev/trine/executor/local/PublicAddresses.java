package dev.trine.executor.local;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses are the public internet's, and nobody's private network, this machine or a cloud's word about it. The ranges are
 * those of the <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">registries</a> of
 * <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">special-purpose addresses</a> (RFC 6890).
 */
final class PublicAddresses implements EgressProxy.Destinations {

    /** All that is given out of IPv6 to be reached from everywhere; it leaves out IPv4 in other clothes (mapped, NAT64). */
    private static final Range GLOBAL_UNICAST = Range.of("2000::/3");

    private static final List<Range> SPECIAL = Stream.of(
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
            .map(Range::of)
            .toList();

    private final Resolver resolver;

    /** Asks for the addresses of a name. */
    @FunctionalInterface
    interface Resolver {
        List<InetAddress> resolve(String host) throws UnknownHostException;
    }

    /** By this machine's own resolver. */
    PublicAddresses() {
        this(host -> List.of(InetAddress.getAllByName(host)));
    }

    PublicAddresses(Resolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public List<InetAddress> of(String host) throws UnknownHostException {
        return resolver.resolve(host).stream()
                .filter(PublicAddresses::isPublic)
                .filter(address -> !isThisMachine(address))
                .toList();
    }

    /** Whether an address is one of the public internet. */
    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        return (bytes.length == 4 || GLOBAL_UNICAST.contains(bytes))
                && SPECIAL.stream().noneMatch(range -> range.contains(bytes));
    }

    static boolean isThisMachine(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            return true; // what cannot be told is not gone to
        }
    }

    /**
     * The addresses that begin with the same bits.
     *
     * @param first the lowest of them, in network byte order
     */
    @SuppressWarnings("ArrayRecordComponent") // no range is compared with another
    private record Range(byte[] first, int bits) {

        /** @param text as in {@code 10.0.0.0/8} */
        static Range of(String text) {
            int slash = text.indexOf('/');
            return new Range(
                    InetAddress.ofLiteral(text.substring(0, slash)).getAddress(),
                    Integer.parseInt(text.substring(slash + 1)));
        }

        boolean contains(byte[] address) {
            if (address.length != first.length) {
                return false;
            }
            int whole = bits / Byte.SIZE;
            for (int i = 0; i < whole; i++) {
                if (address[i] != first[i]) {
                    return false;
                }
            }
            int rest = bits % Byte.SIZE;
            return rest == 0 || ((address[whole] ^ first[whole]) & 0xFF) >> (Byte.SIZE - rest) == 0;
        }
    }
}
