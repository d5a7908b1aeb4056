package dev.trine.identity;

import dev.trine.lib.routing.GatewayConfig;
import java.util.List;
import java.util.Map;

/** What a gateway must know to verify callers by itself. Changes wake {@link #TOPIC}, which others who tell gateways something wake too. */
public interface Keys {

    /** Wakes whoever streams the gateways' configuration. */
    String TOPIC = "gateway-config";

    /** Every API key in force. */
    List<GatewayConfig.ApiKey> inForce();

    /** Every project by slug. */
    Map<String, GatewayConfig.Project> projects();

    /** Public keys that verify access tokens, as a JSON Web Key Set. */
    String jwks();
}
