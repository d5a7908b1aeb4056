package dev.trine.identity;

import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/api-keys")
class ApiKeyController {

    private final ApiKeys keys;

    ApiKeyController(ApiKeys keys) {
        this.keys = keys;
    }

    record NewApiKey(
            String name, List<String> scopes, @Nullable Instant expiresAt) {}

    /** Makes an API key; the answer is the only one with the secret. */
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.KEYS_WRITE)
    ApiKey create(ProjectScope scope, @RequestBody NewApiKey asked) {
        return keys.create(scope, asked.name(), asked.scopes(), asked.expiresAt());
    }

    /** The API keys that the caller has made for the project, newest first. */
    @GetMapping
    @Requires(Permission.KEYS_READ)
    Page<ApiKey> list(ProjectScope scope, PageRequest page) {
        return keys.list(scope, page);
    }

    /** Revokes an API key of the caller's; it is refused from then on. */
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.KEYS_WRITE)
    void revoke(ProjectScope scope, @PathVariable ApiKeyId id) {
        keys.revoke(scope, id);
    }
}
