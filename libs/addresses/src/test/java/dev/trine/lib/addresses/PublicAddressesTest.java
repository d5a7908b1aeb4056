package dev.trine.lib.addresses;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.100.100.200",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.254",
                "168.63.129.16",
                "169.254.0.1",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.192",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.0.1",
                "192.168.255.255",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.7",
                "203.0.113.7",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255"
            })
    void anAddressOfIPv4ThatIsNotTheInternetsIsRefused(String address) {
        assertThat(PublicAddresses.isPublic(InetAddress.ofLiteral(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::",
                "::1",
                "::ffff:10.0.0.1",
                "::ffff:127.0.0.1",
                "::ffff:169.254.169.254",
                "::10.0.0.1",
                "64:ff9b::a00:1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::1",
                "100::1",
                "2001::1",
                "2001:0:a00:1::1",
                "2001:2::1",
                "2001:20::1",
                "2001:db8::1",
                "2002:7f00:1::1",
                "2002:a9fe:a9fe::1",
                "3fff::1",
                "4000::1",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "fec0::1",
                "ff02::1"
            })
    void anAddressOfIPv6ThatIsNotTheInternetsIsRefused(String address) {
        assertThat(PublicAddresses.isPublic(InetAddress.ofLiteral(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "168.63.129.17",
                "169.253.0.1",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "::ffff:1.1.1.1",
                "2001:200::1",
                "2606:4700:4700::1111",
                "2a00:1450::1"
            })
    void anAddressOfTheInternetIsNot(String address) {
        assertThat(PublicAddresses.isPublic(InetAddress.ofLiteral(address))).isTrue();
    }

    @Test
    void ofANamesAddressesOnlyThePublicOnesAreGoneTo() throws Exception {
        assertThat(goneTo(List.of(), "127.0.0.1", "1.1.1.1", "fd00::1")).containsExactly("1.1.1.1");
    }

    private static List<String> goneTo(List<AddressRange> refused, String... addresses) throws Exception {
        var some = new PublicAddresses(
                host -> Stream.of(addresses).map(InetAddress::ofLiteral).toList(), () -> refused);
        return some.of("some.test").stream().map(InetAddress::getHostAddress).toList();
    }

    /** Whatever range it is in: a machine of a cloud often has an address of the internet. */
    @Test
    void noAddressOfThisMachineIsGoneTo() throws Exception {
        List<InetAddress> own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .toList();
        List<AddressRange> networks = PublicAddresses.own();
        assertThat(own)
                .isNotEmpty()
                .allMatch(address -> networks.stream().anyMatch(range -> range.contains(address.getAddress())));
        assertThat(new PublicAddresses(host -> own, PublicAddresses::own).of("mine.test"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.4.4, 24, 8.8.4.200, 8.8.5.1",
        "8.8.4.4, 22, 8.8.7.1, 8.8.8.1",
        "8.8.4.4, 31, 8.8.4.5, 8.8.4.6",
        "8.8.4.4, 32, 8.8.4.4, 8.8.4.5",
        "8.8.4.4, 0, 8.8.4.4, 8.8.4.5",
        "2a00:1:2:3::4, 64, 2a00:1:2:3:ffff::1, 2a00:1:2:4::1",
        "2a00:1:2:3::4, 112, 2a00:1:2:3:ffff::1, 2a00:1:2:4::1",
        "2a00:1:2:3::4, 48, 2a00:1:2:ffff::1, 2a00:1:3::1",
        "2a00:1:2:3::4, 128, 2a00:1:2:3::4, 2a00:1:2:3::5",
        "2a00:1:2:3::4, 0, 2a00:1:2:3::4, 2a00:1:2:3::5"
    })
    void neighboursOfThisMachineAreNotGoneToThoughTheirAddressesArePublic(
            String own, int prefix, String neighbour, String other) throws Exception {
        List<AddressRange> network = List.of(AddressRange.around(InetAddress.ofLiteral(own), prefix));
        assertThat(goneTo(network, own, neighbour, other))
                .containsExactly(InetAddress.ofLiteral(other).getHostAddress());
    }

    @Test
    void networksThatAreNamedAreNotGoneTo() throws Exception {
        assertThat(new PublicAddresses(AddressRange.listed("8.8.0.0/16, 9.0.0.0/8")).of("8.8.8.8"))
                .isEmpty();
        assertThat(goneTo(AddressRange.listed("8.8.0.0/16,2a00::/16"), "8.8.8.8", "2a00::1", "8.9.0.1"))
                .containsExactly("8.9.0.1");
    }

    @Test
    void nothingIsGoneToWhereNobodyKnowsWhichNetworksThisMachineIsIn() throws Exception {
        var lost = new PublicAddresses(host -> List.of(InetAddress.ofLiteral("8.8.8.8")), () -> {
            throw new SocketException("no interfaces");
        });
        assertThat(lost.of("some.test")).isEmpty();
    }

    /** Some as old resolvers read them. */
    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.1", "2130706433", "::1", "169.254.169.254", "0"})
    void otherNamesOfWhatIsNotPublicLeadNowhere(String host) throws Exception {
        assertThat(new PublicAddresses(List.of()).of(host)).isEmpty();
    }
}
