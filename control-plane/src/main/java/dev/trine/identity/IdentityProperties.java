package dev.trine.identity;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may come in.
 *
 * @param registration who may register: {@code OPEN} anybody, {@code CLOSED} nobody, {@code AUTO} anybody as long as only this
 *     machine reaches the platform
 * @param acceptOpenRegistration whether {@code OPEN} is meant where others than this machine reach the platform
 * @param exposure who reaches the platform's gateways: {@code LOOPBACK} this machine alone, {@code NETWORK} others too
 * @param adminEmail the first admin's e-mail
 * @param adminPassword the first admin's password; without one no admin is made
 * @param accessTokenLifetime how long an access token is good
 * @param refreshTokenLifetime how long a login lasts without being used
 * @param internalToken what the gateway proves itself with; without one the internal endpoints are closed
 */
@ConfigurationProperties("trine.identity")
record IdentityProperties(
        @DefaultValue("AUTO") Registration registration,
        @DefaultValue("false") boolean acceptOpenRegistration,
        @DefaultValue("NETWORK") Exposure exposure,
        @DefaultValue("admin@trine.local") String adminEmail,
        @Nullable String adminPassword,
        @DefaultValue("15m") Duration accessTokenLifetime,
        @DefaultValue("30d") Duration refreshTokenLifetime,
        @Nullable String internalToken) {

    enum Registration {
        OPEN,
        CLOSED,
        AUTO
    }

    enum Exposure {
        LOOPBACK,
        NETWORK
    }

    boolean registrationIsOpen() {
        return switch (registration) {
            case OPEN -> true;
            case CLOSED -> false;
            case AUTO -> exposure == Exposure.LOOPBACK;
        };
    }
}
