package dev.trine.webhook;

import dev.trine.shared.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Sends webhooks' messages as MLflow does: {@code POST} of JSON with an id and a time, and, where there is a secret, their
 * signature after the <a href="https://www.standardwebhooks.com">Standard Webhooks</a>: {@code v1,} and the Base64 of the HMAC-SHA256
 * over {@code <id>.<time>.<body>}. It follows no redirects and goes by no proxy, so that it comes to nowhere that was not judged.
 */
@Component
class WebhookSender implements DisposableBean {

    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final Timeout CONNECTED_WITHIN = Timeout.ofSeconds(10);
    private static final int MOST_BODY = 16 << 10;
    private static final int MOST_CONNECTIONS = 128;
    private static final int LONGEST_REASON = 500;

    private final CloseableHttpClient client;
    private final Clock clock;
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("webhook-deadlines").factory());

    WebhookSender(WebhookAddresses addresses, Clock clock) {
        this.clock = clock;
        client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(addresses)
                        .setMaxConnTotal(MOST_CONNECTIONS)
                        .setMaxConnPerRoute(MOST_CONNECTIONS)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(CONNECTED_WITHIN)
                                .setSocketTimeout(Timeout.of(WITHIN))
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(Timeout.of(WITHIN))
                        .build())
                .disableRedirectHandling()
                .disableContentCompression()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .setUserAgent("Trine-Webhooks")
                .build();
    }

    /**
     * What an address answered.
     *
     * @param body how it begins
     * @param retryAfter for how long it wants to be let alone; null if it did not say
     */
    record Answer(int status, String body, @Nullable Duration retryAfter) {

        boolean isSuccess() {
            return status >= 200 && status < 300;
        }
    }

    /** Why there is no answer, for people. */
    static String reason(IOException e) {
        String message = e.getMessage();
        String told = message == null ? e.getClass().getSimpleName() : message;
        return told.substring(0, Math.min(told.length(), LONGEST_REASON));
    }

    /**
     * Sends a message and waits for the answer, for half a minute in all.
     *
     * @param id the same for each attempt, by which the receiver knows it again
     * @throws IOException if there is no answer; its message says why
     */
    Answer send(String url, @Nullable String secret, String id, String body) throws IOException {
        String time = Long.toString(clock.instant().getEpochSecond());
        HttpPost request = post(url);
        request.setEntity(new StringEntity(body, ContentType.APPLICATION_JSON));
        request.setHeader("X-MLflow-Delivery-Id", id);
        request.setHeader("X-MLflow-Timestamp", time);
        if (secret != null) {
            request.setHeader("X-MLflow-Signature", signature(secret, id + "." + time + "." + body));
        }
        var late = new AtomicBoolean();
        Future<?> deadline = deadlines.schedule(
                () -> {
                    late.set(true);
                    request.cancel();
                },
                WITHIN.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            return answer(request);
        } catch (IOException | RuntimeException e) { // the client throws some that are none of ours
            if (late.get()) {
                throw new IOException("no answer within %d s".formatted(WITHIN.toSeconds()), e);
            }
            throw e instanceof IOException io ? io : new IOException(e);
        } finally {
            deadline.cancel(false);
        }
    }

    private Answer answer(HttpPost request) throws IOException {
        ClassicHttpResponse response = client.executeOpen(null, request, null);
        try {
            return new Answer(response.getCode(), body(response.getEntity()), retryAfter(response));
        } finally {
            request.cancel(); // what is closed is read to its end first, and some answers have none
            closeQuietly(response);
        }
    }

    private static void closeQuietly(ClassicHttpResponse response) {
        try {
            response.close();
        } catch (IOException cancelled) {
            // all that is wanted of it has been read
        }
    }

    private static HttpPost post(String url) throws IOException {
        try {
            return new HttpPost(url);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static String body(@Nullable HttpEntity entity) throws IOException {
        if (entity == null) {
            return "";
        }
        InputStream bytes = entity.getContent();
        return bytes == null ? "" : new String(bytes.readNBytes(MOST_BODY), StandardCharsets.UTF_8).replace("\0", "");
    }

    private static @Nullable Duration retryAfter(ClassicHttpResponse response) {
        Header told = response.getFirstHeader("Retry-After");
        if (told == null || told.getValue() == null || !told.getValue().matches("\\d{1,6}")) {
            return null;
        }
        return Duration.ofSeconds(Long.parseLong(told.getValue()));
    }

    static String signature(String secret, String message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(message.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A message's body. */
    static String message(WebhookEvent event, Map<String, ? extends @Nullable Object> data, Instant at) {
        return Json.write(new Message(
                event.entity().toLowerCase(Locale.ROOT), event.action().toLowerCase(Locale.ROOT), at.toString(), data));
    }

    private record Message(
            String entity, String action, String timestamp, Map<String, ? extends @Nullable Object> data) {}

    @Override
    public void destroy() throws IOException {
        deadlines.shutdownNow();
        client.close();
    }
}
