package broken.rules;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.ConfigurationProperties;

public final class LooseSettings {

    private final int limit;

    public LooseSettings(@Value("${trine.limit:3}") int limit) {
        this.limit = limit;
    }

    public int limit() {
        return limit;
    }

    public record UnboundProperties(int limit) {}

    @ConfigurationProperties("trine.loose")
    public record Settings(int limit) {}
}
