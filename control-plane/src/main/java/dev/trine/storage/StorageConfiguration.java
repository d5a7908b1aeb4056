package dev.trine.storage;

import java.io.IOException;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class StorageConfiguration {

    /** Only the store that is asked for is loaded: nothing of the AWS SDK comes into memory for files. */
    @Bean
    ObjectStore objectStore(StorageProperties properties, Clock clock) throws IOException {
        return switch (properties.kind()) {
            case FILESYSTEM -> new FilesystemObjectStore(properties.root(), clock);
            case S3 -> S3ObjectStore.connect(properties.s3());
        };
    }
}
