package dev.trine.webhook;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where webhooks may lead.
 *
 * @param schemes of the addresses: {@code https}, and {@code http} where that is enough
 * @param allowedNetworks private networks that may be told all the same, such as {@code 10.1.0.0/16}
 * @param privateNetworks networks of public addresses that are told nothing
 */
@ConfigurationProperties("trine.webhook")
record WebhookProperties(
        @DefaultValue("https") List<String> schemes,
        @DefaultValue List<String> allowedNetworks,
        @DefaultValue List<String> privateNetworks) {}
