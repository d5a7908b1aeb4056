package dev.trine.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.trine.shared.ErrorCode;
import dev.trine.shared.TrineException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookAddressesTest {

    private final WebhookAddresses usual =
            new WebhookAddresses(new WebhookProperties(List.of("https"), List.of(), List.of()));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/hook",
                "https://example.com:8443/a/b?c=d",
                "HTTPS://EXAMPLE.COM",
                "https://8.8.8.8/hook",
                "https://[2606:4700::1111]/hook"
            })
    void anAddressOfTheInternetIsTaken(String url) {
        assertThat(usual.require(url)).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "example.com",
                "http://example.com/hook",
                "ftp://example.com/hook",
                "file:///etc/passwd",
                "https://",
                "https:///hook",
                "https://user:password@example.com/hook",
                "https://example.com/hook#there",
                "https://exa mple.com/",
                "https://example.com:0/hook",
                "https://example.com:99999/hook",
                "https://127.0.0.1/hook",
                "https://127.1/hook",
                "https://2130706433/hook",
                "https://10.0.0.1/hook",
                "https://169.254.169.254/latest/meta-data",
                "https://[::1]/hook",
                "https://[::ffff:10.0.0.1]/hook",
                "https://0.0.0.0/hook"
            })
    void whatIsNoneIsRefused(String url) {
        assertThatThrownBy(() -> usual.require(url))
                .isInstanceOfSatisfying(
                        TrineException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.VALIDATION_FAILED));
    }

    @Test
    void anAddressThatIsTooLongIsRefused() {
        String start = "https://example.com/";
        assertThat(usual.require(start + "a".repeat(500 - start.length()))).hasSize(500);
        assertThatThrownBy(() -> usual.require(start + "a".repeat(501 - start.length())))
                .isInstanceOf(TrineException.class);
    }

    @Test
    void aNameIsJudgedByWhatItStandsForWhenItIsGoneTo() {
        assertThat(usual.require("https://localhost/hook")).isNotEmpty();
        assertThatThrownBy(() -> usual.resolve("localhost"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("no public address");
    }

    @Test
    void aPrivateNetworkIsGoneToWhereTheSettingsAllowIt() throws Exception {
        var some = new WebhookAddresses(new WebhookProperties(List.of("http"), List.of("127.0.0.0/8"), List.of()));
        assertThat(some.require("http://127.0.0.1:80/hook")).isNotEmpty();
        assertThat(some.resolve("127.0.0.1")).containsExactly(InetAddress.ofLiteral("127.0.0.1"));
        assertThatThrownBy(() -> some.require("http://10.0.0.1/hook")).isInstanceOf(TrineException.class);
    }

    @Test
    void aPublicNetworkThatIsSaidToBePrivateIsNot() {
        var guarded = new WebhookAddresses(new WebhookProperties(List.of("https"), List.of(), List.of("8.8.0.0/16")));
        assertThatThrownBy(() -> guarded.require("https://8.8.8.8/")).isInstanceOf(TrineException.class);
        assertThat(guarded.require("https://8.9.8.8/")).isNotEmpty();
    }
}
