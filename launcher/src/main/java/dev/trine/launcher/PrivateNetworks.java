package dev.trine.launcher;

import dev.trine.lib.addresses.AddressRange;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The networks with public addresses that workloads do not reach all the same, by {@code TRINE_PRIVATE_NETWORKS}. */
final class PrivateNetworks {

    private static final String VARIABLE = "TRINE_PRIVATE_NETWORKS";

    private PrivateNetworks() {}

    /** @throws IOException if one of them is no network; its message says which */
    static List<AddressRange> of(Map<String, String> environment) throws IOException {
        try {
            return AddressRange.listed(environment.getOrDefault(VARIABLE, ""));
        } catch (IllegalArgumentException e) {
            throw new IOException("the environment variable %s: %s".formatted(VARIABLE, e.getMessage()), e);
        }
    }
}
