package dev.trine.data;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of uploads.
 *
 * @param maxUploadSize the largest file
 * @param uploadLifetime how long an upload that nobody uses is kept
 */
@ConfigurationProperties("trine.data")
record DataProperties(
        @DefaultValue("100GB") DataSize maxUploadSize,
        @DefaultValue("7d") Duration uploadLifetime) {}
