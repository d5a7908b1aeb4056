package dev.trine.training;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How training programs reach the platform.
 *
 * @param publicUrl the gateway's address as a workload sees it
 */
@ConfigurationProperties("trine.training")
record TrainingProperties(
        @DefaultValue("http://127.0.0.1:8080") String publicUrl) {}
