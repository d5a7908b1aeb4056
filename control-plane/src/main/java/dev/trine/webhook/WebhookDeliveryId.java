package dev.trine.webhook;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.trine.shared.Ids;
import java.util.UUID;

/** Names a webhook's delivery: {@code whd_} and 32 hex digits. */
public record WebhookDeliveryId(UUID value) {

    private static final String PREFIX = "whd";

    /**
     * Reads the text form.
     *
     * @throws dev.trine.shared.TrineException {@code NOT_FOUND} if it is not one
     */
    @JsonCreator
    public static WebhookDeliveryId of(String text) {
        return new WebhookDeliveryId(Ids.parse(PREFIX, text));
    }

    @JsonValue
    @Override
    public String toString() {
        return Ids.format(PREFIX, value);
    }
}
