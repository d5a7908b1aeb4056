package dev.trine.lib.addresses;

import java.net.InetAddress;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The addresses that begin with the same bits, as in {@code 10.0.0.0/8} (RFC 4632) or {@code fc00::/7}. */
public final class AddressRange {

    /** All four numbers of IPv4: {@code 10/8} would be taken for 0.0.0.10. */
    private static final Pattern TEXT =
            Pattern.compile("(\\d+\\.\\d+\\.\\d+\\.\\d+|[0-9a-fA-F.]*:[0-9a-fA-F:.]*)/(\\d{1,3})");

    /** Bits of IPv6 that a network of hosts shares (RFC 4291, section 2.5.4). */
    private static final int SUBNET_BITS = 64;

    private final byte[] first;
    private final int bits;

    private AddressRange(byte[] first, int bits) {
        this.first = first.clone();
        this.bits = bits;
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static AddressRange of(String text) {
        Matcher parts = TEXT.matcher(text);
        if (parts.matches()) {
            byte[] first = InetAddress.ofLiteral(parts.group(1)).getAddress();
            int bits = Integer.parseInt(parts.group(2));
            if (bits <= first.length * Byte.SIZE) {
                return new AddressRange(first, bits);
            }
        }
        throw new IllegalArgumentException(
                "'%s' is no range of addresses such as 10.0.0.0/8 or fc00::/7".formatted(text));
    }

    /**
     * Reads some with commas between them; none of a blank text.
     *
     * @throws IllegalArgumentException if one of them is none
     */
    public static List<AddressRange> listed(String text) {
        return text.isBlank()
                ? List.of()
                : Stream.of(text.split(",", -1))
                        .map(String::strip)
                        .map(AddressRange::of)
                        .toList();
    }

    /**
     * The neighbours of an address of this machine's: all that are reached without a router.
     *
     * @param prefix bits that the interface shares with them; where that is all of them or none, there are no neighbours, but two ends
     *     or a route to everywhere
     */
    static AddressRange around(InetAddress own, int prefix) {
        byte[] address = own.getAddress();
        int all = address.length * Byte.SIZE;
        if (prefix <= 0 || prefix >= all) {
            return new AddressRange(address, all);
        }
        return new AddressRange(address, all == Integer.SIZE ? prefix : Math.min(prefix, SUBNET_BITS));
    }

    /** Whether an address, as its 4 or 16 bytes, is one of them. */
    public boolean contains(byte[] address) {
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
