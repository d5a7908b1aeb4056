package dev.trine.storage;

import java.io.IOException;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class StorageConfiguration {

    @Bean
    ObjectStore objectStore(StorageProperties properties) throws IOException {
        return new FilesystemObjectStore(properties.root());
    }

    /**
     * Where objects lie.
     *
     * @param root the folder that holds them
     */
    @ConfigurationProperties("trine.storage")
    record StorageProperties(@DefaultValue("objects") Path root) {}
}
