package dev.trine.identity;

import dev.trine.identity.OrganizationStore.Joined;
import dev.trine.shared.ErrorCode;
import dev.trine.shared.IdSource;
import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import dev.trine.shared.TrineException;
import dev.trine.shared.Wakeups;
import java.text.Normalizer;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Organizations and their projects. */
@Service
class Organizations implements ProjectPolicy {

    private static final Pattern SLUG = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private final OrganizationStore store;
    private final Audit audit;
    private final Wakeups wakeups;
    private final IdSource ids;
    private final Clock clock;

    Organizations(OrganizationStore store, Audit audit, Wakeups wakeups, IdSource ids, Clock clock) {
        this.store = store;
        this.audit = audit;
        this.wakeups = wakeups;
        this.ids = ids;
        this.clock = clock;
    }

    /** The first organization of a new user, with a project in it. */
    Organization found(User user, String name) {
        Organization organization = create(user.id(), name);
        createProject(organization.id(), name, null);
        audit.record(
                organization.id(),
                new Caller(user.id(), null, null, null),
                "user.register",
                user.id().toString(),
                Map.of("name", name));
        return organization;
    }

    /** A new organization of the caller's. */
    @Transactional
    Organization create(Caller caller, String name) {
        requireUnbound(caller);
        Organization made = create(caller.userId(), name);
        audit.record(made.id(), caller, "organization.create", made.id().toString(), Map.of("name", name));
        return made;
    }

    private Organization create(UserId owner, String name) {
        if (name.isBlank() || name.length() > 200) {
            throw TrineException.invalid("name", "must have 1 to 200 characters");
        }
        Instant now = clock.instant();
        var id = new OrganizationId(ids.next());
        String slug = free(slugOf(name), candidate -> store.insert(new Organization(id, name, candidate, now, 1)));
        store.insertMember(id, owner, Role.OWNER, now);
        return new Organization(id, name, slug, now, 1);
    }

    @Transactional
    Project createProject(Caller caller, OrganizationId organization, String name, @Nullable String slug) {
        requireUnbound(caller);
        requireRole(caller, organization, Role.ADMIN);
        Project made = createProject(organization, name, slug);
        audit.record(organization, caller, "project.create", made.id().toString(), Map.of("name", name));
        return made;
    }

    private static void requireUnbound(Caller caller) {
        if (caller.boundTo() != null) {
            throw new TrineException(
                    ErrorCode.PERMISSION_DENIED, "the credential is good for one project only; log in for this");
        }
    }

    private Project createProject(OrganizationId organization, String name, @Nullable String slug) {
        if (name.isBlank() || name.length() > 200) {
            throw TrineException.invalid("name", "must have 1 to 200 characters");
        }
        if (slug != null && !SLUG.matcher(slug).matches()) {
            throw TrineException.invalid("slug", "must have 1 to 63 lower-case letters, digits and inner hyphens");
        }
        if (Access.DEFAULT_PROJECT.equals(slug)) {
            throw TrineException.invalid("slug", "'default' is the platform's own");
        }
        Instant now = clock.instant();
        var id = new ProjectId(ids.next());
        Predicate<String> insert =
                candidate -> store.insert(new Project(id, organization, name, candidate, false, now, 1));
        String taken = slug == null ? free(slugOf(name), insert) : slug;
        if (slug != null && !insert.test(slug)) {
            throw new TrineException(ErrorCode.ALREADY_EXISTS, "a project has the slug '%s' already".formatted(slug));
        }
        wakeups.publish(Keys.TOPIC);
        return new Project(id, organization, name, taken, false, now, 1);
    }

    /** Makes an admin the owner of the organization that has the project {@code default}, which is made if it is not there. */
    void ensureDefault(UserId admin) {
        Optional<Project> there = store.project(Access.DEFAULT_PROJECT);
        if (there.isPresent()) {
            store.insertMember(there.get().organizationId(), admin, Role.OWNER, clock.instant());
            return;
        }
        Instant now = clock.instant();
        var organization = new Organization(
                new OrganizationId(ids.next()), Access.DEFAULT_PROJECT, Access.DEFAULT_PROJECT, now, 1);
        var project = new Project(
                new ProjectId(ids.next()),
                organization.id(),
                Access.DEFAULT_PROJECT,
                Access.DEFAULT_PROJECT,
                false,
                now,
                1);
        if (!store.insert(organization) || !store.insert(project)) {
            throw new IllegalStateException("the name 'default' is taken by another organization");
        }
        store.insertMember(organization.id(), admin, Role.OWNER, now);
        wakeups.publish(Keys.TOPIC);
    }

    /** What the caller reaches, with the projects their credential is good for. */
    List<Membership> memberships(Caller caller) {
        var projects = store.projectsOf(caller.userId()).stream()
                .filter(project -> caller.reaches(project.id()))
                .collect(Collectors.groupingBy(Project::organizationId));
        return store.organizationsOf(caller.userId()).stream()
                .filter(joined -> caller.boundTo() == null
                        || projects.containsKey(joined.organization().id()))
                .map(joined -> new Membership(
                        joined.organization(),
                        joined.role(),
                        projects.getOrDefault(joined.organization().id(), List.of())))
                .toList();
    }

    /** The organizations where a user may do more than look. */
    List<OrganizationId> memberOf(UserId user) {
        return store.organizationsOf(user).stream()
                .filter(joined -> joined.role().atLeast(Role.MEMBER))
                .map(Joined::organization)
                .map(Organization::id)
                .toList();
    }

    Organization get(Caller caller, OrganizationId id) {
        requireRole(caller, id, Role.VIEWER);
        return store.organization(id).orElseThrow(() -> TrineException.notFound("organization", id));
    }

    List<Organization> of(Caller caller) {
        return memberships(caller).stream().map(Membership::organization).toList();
    }

    Page<Project> projects(Caller caller, OrganizationId organization, PageRequest page) {
        requireRole(caller, organization, Role.VIEWER);
        if (caller.boundTo() != null) {
            return new Page<>(
                    projects(caller).stream()
                            .filter(project -> project.organizationId().equals(organization))
                            .toList(),
                    null);
        }
        return Page.of(
                store.projects(organization, page),
                page,
                project -> project.id().value());
    }

    /** Changes what a project allows. */
    @Transactional
    Project change(Caller caller, OrganizationId organization, ProjectId project, boolean internetAccess) {
        requireUnbound(caller);
        requireRole(caller, organization, Role.ADMIN);
        Project changed = store.allowInternet(organization, project, internetAccess)
                .orElseThrow(() -> TrineException.notFound("project", project));
        audit.record(
                organization,
                caller,
                "project.change",
                project.toString(),
                Map.of("internetAccess", Boolean.toString(internetAccess)));
        return changed;
    }

    @Override
    public boolean internetAccess(ProjectId project) {
        return store.internetAccess(project);
    }

    List<Project> projects(Caller caller) {
        return memberships(caller).stream()
                .flatMap(membership -> membership.projects().stream())
                .toList();
    }

    private void requireRole(Caller caller, OrganizationId organization, Role least) {
        Role role = memberships(caller).stream()
                .filter(membership -> membership.organization().id().equals(organization))
                .map(Membership::role)
                .findFirst()
                .orElseThrow(() -> TrineException.notFound("organization", organization));
        if (!role.atLeast(least)) {
            throw new TrineException(
                    ErrorCode.PERMISSION_DENIED, "this needs the role %s; yours is %s".formatted(least, role));
        }
    }

    /** The first of {@code slug}, {@code slug-2}, {@code slug-3}, … that can be taken; {@code default} is the platform's own. */
    private static String free(String slug, Predicate<String> take) {
        for (int number = slug.equals(Access.DEFAULT_PROJECT) ? 2 : 1; number <= 10_000; number++) {
            String candidate = number == 1 ? slug : slug + "-" + number;
            if (take.test(candidate)) {
                return candidate;
            }
        }
        throw new TrineException(ErrorCode.ALREADY_EXISTS, "every variation of the name '%s' is taken".formatted(slug));
    }

    static String slugOf(String name) {
        String plain = Normalizer.normalize(name, Normalizer.Form.NFKD)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-+|-+$", "");
        String cut = plain.length() > 50 ? plain.substring(0, 50).replaceAll("-+$", "") : plain;
        return cut.isEmpty() ? "team" : cut;
    }
}
