package dev.trine.registry;

import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.Page;
import dev.trine.shared.Search;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Registered models as a person, or a program in a person's name, keeps and reads them. What changes one is {@code NOT_FOUND} where
 * there is none.
 */
public interface RegisteredModels {

    /** @throws dev.trine.shared.TrineException {@code ALREADY_EXISTS}; {@code VALIDATION_FAILED} if it cannot be called so */
    Model create(ProjectScope scope, String name, String description, Map<String, String> tags);

    Optional<Model> find(ProjectId project, String name);

    /**
     * A page of the project's models, by name where the search says no order.
     *
     * @param token of the page before; null or empty for the first one
     * @throws dev.trine.shared.TrineException {@code INVALID_PAGE_TOKEN}
     */
    Page<Model> search(ProjectId project, Search<ModelColumn> search, @Nullable String token, int size);

    /** @throws dev.trine.shared.TrineException as {@link #create} */
    void rename(ProjectScope scope, String name, String newName);

    void describe(ProjectScope scope, String name, String description);

    void tag(ProjectScope scope, String name, String key, String value);

    /** Removes a tag, if it was there. */
    void deleteTag(ProjectScope scope, String name, String key);

    /** Deletes it with all its versions and aliases; what serves one of them goes on. */
    void delete(ProjectScope scope, String name);

    /**
     * Points an alias to a version, whether or not it was there.
     *
     * @throws dev.trine.shared.TrineException {@code VALIDATION_FAILED} if it cannot be called so
     */
    void setAlias(ProjectScope scope, String name, String alias, int number);

    /** Whether the alias was there. */
    boolean deleteAlias(ProjectScope scope, String name, String alias);
}
