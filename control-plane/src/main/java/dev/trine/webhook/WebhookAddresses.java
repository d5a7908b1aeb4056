package dev.trine.webhook;

import dev.trine.lib.addresses.AddressRange;
import dev.trine.lib.addresses.PublicAddresses;
import dev.trine.shared.TrineException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hc.client5.http.DnsResolver;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Where webhooks lead: to the public internet, and to the private networks that the settings allow, but else nowhere near this
 * machine. What a name stands for is looked up once for each connection, which goes to what was found and judged.
 */
@Component
class WebhookAddresses implements DnsResolver, DisposableBean {

    private static final int LONGEST = 500;
    private static final int MOST_PORT = 65_535;
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|\\[.*]");

    private static final Duration FOUND_WITHIN = Duration.ofSeconds(10);
    private static final int RESOLVERS = 8;

    /** The system's resolver holds the thread that asks it, so none that virtual threads run on may. */
    private final ExecutorService resolvers = Executors.newFixedThreadPool(
            RESOLVERS, Thread.ofPlatform().daemon().name("webhook-resolver-", 0).factory());

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
            String good = schemes.stream().sorted().map(one -> one + "://").collect(Collectors.joining(" or "));
            throw TrineException.invalid("url", "'%s' must begin with %s".formatted(url, good));
        }
        String host = uri.getHost();
        if (host == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            throw TrineException.invalid(
                    "url", "'%s' must name a host, and neither a user nor a fragment".formatted(url));
        }
        if (uri.getPort() == 0 || uri.getPort() > MOST_PORT) {
            throw TrineException.invalid("url", "'%s' must have a port between 1 and %d".formatted(url, MOST_PORT));
        }
        if (LITERAL.matcher(host).matches() && !leadsSomewhere(host)) {
            throw TrineException.invalid("url", "'%s' does not lead to a public address".formatted(url));
        }
        return url;
    }

    /** An address that is written out is looked up nowhere. */
    private boolean leadsSomewhere(String literal) {
        try {
            return !judged(List.of(InetAddress.getAllByName(literal.replaceAll("[\\[\\]]", ""))))
                    .isEmpty();
        } catch (UnknownHostException isNone) {
            return false;
        }
    }

    private List<InetAddress> judged(List<InetAddress> found) {
        Set<InetAddress> open = Set.copyOf(this.open.among(found));
        return found.stream()
                .filter(address -> open.contains(address)
                        || allowed.stream().anyMatch(range -> range.contains(address.getAddress())))
                .toList();
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        List<InetAddress> good = judged(lookedUp(host));
        if (good.isEmpty()) {
            throw new UnknownHostException("%s has no public address".formatted(host));
        }
        return good.toArray(InetAddress[]::new);
    }

    private List<InetAddress> lookedUp(String host) throws UnknownHostException {
        Future<List<InetAddress>> found = resolvers.submit(() -> List.of(InetAddress.getAllByName(host)));
        try {
            return found.get(FOUND_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new UnknownHostException("%s is not known".formatted(host));
        } catch (TimeoutException e) {
            throw new UnknownHostException(
                    "nobody told within %d s where %s is".formatted(FOUND_WITHIN.toSeconds(), host));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnknownHostException("stopped while %s was looked up".formatted(host));
        } finally {
            found.cancel(true);
        }
    }

    @Override
    public void destroy() {
        resolvers.shutdownNow();
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
