package dev.trine.registry;

import dev.trine.identity.Audit;
import dev.trine.identity.ProjectId;
import dev.trine.identity.ProjectScope;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.Page;
import dev.trine.shared.Search;
import dev.trine.shared.SnapshotRead;
import dev.trine.shared.TrineException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Registers models and moves aliases. */
@Service
class ModelService implements Models, RegisteredModels {

    /** What a path and {@code models:/name/version} can hold. */
    private static final Pattern NAME = Pattern.compile("(?!\\s)(?!\\.{1,2}$)[^/:\\\\\\p{Cntrl}]{1,256}(?<!\\s)");

    private static final Pattern ALIAS = Pattern.compile("[\\p{L}\\p{N}_-]{1,255}");

    private final ModelStore store;
    private final ModelVersionStore versions;
    private final Audit audit;
    private final ApplicationEventPublisher changes;
    private final IdSource ids;
    private final Clock clock;

    ModelService(
            ModelStore store,
            ModelVersionStore versions,
            Audit audit,
            ApplicationEventPublisher changes,
            IdSource ids,
            Clock clock) {
        this.store = store;
        this.versions = versions;
        this.audit = audit;
        this.changes = changes;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    @Transactional
    public Model create(ProjectScope scope, String name, String description, Map<String, String> tags) {
        requireName("name", name);
        if (!store.insert(
                new ModelId(ids.next()),
                scope.projectId(),
                name,
                description,
                tags,
                scope.caller().userId(),
                clock.instant())) {
            throw taken(name);
        }
        audit.record(scope, "model.create", name, Map.of());
        changes.publishEvent(new RegistryChange.Created(scope.projectId(), name, description, tags));
        return require(scope.projectId(), name);
    }

    private static void requireName(String field, String name) {
        if (!NAME.matcher(name).matches()) {
            throw TrineException.invalid(
                    field,
                    "'%s' must have 1 to 256 characters, none of them / : \\ or a control one, no space at its ends, and be neither . nor .."
                            .formatted(name));
        }
    }

    private static TrineException taken(String name) {
        return new TrineException(ErrorCode.ALREADY_EXISTS, "there is a model '%s' already".formatted(name));
    }

    Model require(ProjectId project, String name) {
        return store.find(project, name).orElseThrow(() -> TrineException.notFound("model", name));
    }

    @Override
    public Optional<Model> find(ProjectId project, String name) {
        return store.find(project, name);
    }

    @Override
    public Page<Model> search(ProjectId project, Search<ModelColumn> search, @Nullable String token, int size) {
        return store.search(project, search, token, size);
    }

    @Override
    @Transactional
    public void rename(ProjectScope scope, String name, String newName) {
        requireName("newName", newName);
        if (!store.rename(require(scope.projectId(), name).id(), newName, clock.instant())) {
            throw taken(newName);
        }
        audit.record(scope, "model.rename", newName, Map.of("before", name));
    }

    @Override
    @Transactional
    public void describe(ProjectScope scope, String name, String description) {
        store.describe(require(scope.projectId(), name).id(), description, clock.instant());
    }

    @Override
    @Transactional
    public void tag(ProjectScope scope, String name, String key, String value) {
        store.putTag(require(scope.projectId(), name).id(), key, value);
        changes.publishEvent(new RegistryChange.Tagged(scope.projectId(), name, key, value));
    }

    @Override
    @Transactional
    public void deleteTag(ProjectScope scope, String name, String key) {
        store.deleteTag(require(scope.projectId(), name).id(), key);
        changes.publishEvent(new RegistryChange.Tagged(scope.projectId(), name, key, null));
    }

    @Override
    @Transactional
    public void delete(ProjectScope scope, String name) {
        store.delete(require(scope.projectId(), name).id());
        audit.record(scope, "model.delete", name, Map.of());
    }

    @Override
    @Transactional
    public void setAlias(ProjectScope scope, String name, String alias, int number) {
        if (!ALIAS.matcher(alias).matches()) {
            throw TrineException.invalid("alias", "'%s' must match %s".formatted(alias, ALIAS));
        }
        ModelId model = require(scope.projectId(), name).id();
        store.touch(model, clock.instant());
        version(scope.projectId(), name, number);
        store.putAlias(model, alias, number, clock.instant());
        audit.record(scope, "model.alias.set", name + "@" + alias, Map.of("version", String.valueOf(number)));
        changes.publishEvent(new RegistryChange.Aliased(scope.projectId(), name, alias, number));
    }

    @Override
    @Transactional
    public boolean deleteAlias(ProjectScope scope, String name, String alias) {
        boolean there = store.deleteAlias(require(scope.projectId(), name).id(), alias);
        if (there) {
            audit.record(scope, "model.alias.delete", name + "@" + alias, Map.of());
            changes.publishEvent(new RegistryChange.Aliased(scope.projectId(), name, alias, null));
        }
        return there;
    }

    ModelVersion version(ProjectId project, String name, int number) {
        return versions.find(project, name, number)
                .orElseThrow(() -> TrineException.notFound("version", name + "/" + number));
    }

    @Override
    @SnapshotRead
    public RegisteredVersion resolve(
            ProjectId project, String model, @Nullable Integer version, @Nullable String alias) {
        Model known = require(project, model);
        ModelVersion found;
        if (version != null) {
            found = version(project, model, version);
        } else if (alias != null) {
            found = versions.byAlias(project, model, alias)
                    .orElseThrow(() -> TrineException.notFound("alias", model + "@" + alias));
        } else {
            found = version(project, model, known.latestVersion());
        }
        return new RegisteredVersion(
                found.id(),
                found.name(),
                found.version(),
                found.digest(),
                found.format(),
                found.signature(),
                found.runId(),
                found.datasetVersionId(),
                versions.files(found.id()),
                found.createdAt());
    }

    @Override
    public int count(ProjectId project) {
        return store.count(project);
    }
}
