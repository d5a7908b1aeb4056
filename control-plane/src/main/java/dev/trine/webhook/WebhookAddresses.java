package dev.trine.webhook;

import dev.trine.lib.addresses.AddressRange;
import dev.trine.lib.addresses.PublicAddresses;
import dev.trine.shared.TrineException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.DnsResolver;
import org.springframework.stereotype.Component;

/**
 * Where webhooks lead: to the public internet, and to the private networks that the settings allow, but else nowhere near this
 * machine. What a name stands for is looked up once for each connection, which goes to what was found and judged.
 */
@Component
class WebhookAddresses implements DnsResolver {

    private static final int LONGEST = 500;
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|\\[.*]");

    private final Set<String> schemes;
    private final List<AddressRange> allowed;
    private final PublicAddresses open;

    WebhookAddresses(WebhookProperties properties) {
        schemes = Set.copyOf(properties.schemes());
        allowed = ranges(properties.allowedNetworks());
        open = new PublicAddresses(ranges(properties.privateNetworks()));
    }

    private static List<AddressRange> ranges(List<String> texts) {
        return texts.stream().map(AddressRange::of).toList();
    }

    /** @throws TrineException {@code VALIDATION_FAILED} if no webhook can lead there */
    String require(String url) {
        if (url.isBlank() || url.length() > LONGEST) {
            throw TrineException.invalid("url", "must have 1 to %d characters".formatted(LONGEST));
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw TrineException.invalid("url", "'%s' is no address: %s".formatted(url, e.getReason()));
        }
        String scheme = uri.getScheme();
        if (scheme == null || !schemes.contains(scheme.toLowerCase(Locale.ROOT))) {
            throw TrineException.invalid(
                    "url",
                    "'%s' must begin with one of %s"
                            .formatted(url, schemes.stream().sorted().toList()));
        }
        String host = uri.getHost();
        if (host == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw TrineException.invalid(
                    "url", "'%s' must name a host, and neither a user nor a fragment".formatted(url));
        }
        if (LITERAL.matcher(host).matches() && !leadsSomewhere(host)) {
            throw TrineException.invalid("url", "'%s' does not lead to a public address".formatted(url));
        }
        return url;
    }

    private boolean leadsSomewhere(String literal) {
        try {
            resolve(literal.replaceAll("[\\[\\]]", ""));
            return true;
        } catch (UnknownHostException refused) {
            return false;
        }
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] found = InetAddress.getAllByName(host);
        List<InetAddress> known = open.of(host);
        List<InetAddress> good = List.of(found).stream()
                .filter(address -> known.contains(address)
                        || allowed.stream().anyMatch(range -> range.contains(address.getAddress())))
                .toList();
        if (good.isEmpty()) {
            throw new UnknownHostException("%s has no public address".formatted(host));
        }
        return good.toArray(InetAddress[]::new);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
