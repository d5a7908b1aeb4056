package dev.trine.shared;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * This copy of the control plane. What it leases in the database carries its name, so one that is started anew under its old name
 * goes on at once where it was killed, instead of waiting until its own leases have run out.
 *
 * @param name no two copies that run at the same time may share it; random unless configured
 */
@ConfigurationProperties("trine.instance")
public record InstanceProperties(String name) {}
