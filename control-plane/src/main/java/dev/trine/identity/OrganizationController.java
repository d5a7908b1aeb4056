package dev.trine.identity;

import dev.trine.shared.Page;
import dev.trine.shared.PageRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
class OrganizationController {

    private final Organizations organizations;

    OrganizationController(Organizations organizations) {
        this.organizations = organizations;
    }

    record NewOrganization(String name) {}

    record NewProject(String name, @Nullable String slug) {}

    record ProjectChange(boolean internetAccess) {}

    /** Makes an organization, owned by the caller. */
    @PostMapping("/orgs")
    @Idempotent
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.ORGANIZATIONS_WRITE)
    Organization create(Caller caller, @RequestBody NewOrganization asked) {
        return organizations.create(caller, asked.name());
    }

    /** The organizations the caller belongs to. */
    @GetMapping("/orgs")
    @Requires(Permission.ORGANIZATIONS_READ)
    Page<Organization> list(Caller caller) {
        return new Page<>(organizations.of(caller), null);
    }

    /** An organization. */
    @GetMapping("/orgs/{id}")
    @Requires(Permission.ORGANIZATIONS_READ)
    Organization get(Caller caller, @PathVariable OrganizationId id) {
        return organizations.get(caller, id);
    }

    /** Makes a project in an organization. */
    @PostMapping("/orgs/{id}/projects")
    @Idempotent
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.PROJECTS_WRITE)
    Project createProject(Caller caller, @PathVariable OrganizationId id, @RequestBody NewProject asked) {
        return organizations.createProject(caller, id, asked.name(), asked.slug());
    }

    /** The projects of an organization, newest first. */
    @GetMapping("/orgs/{id}/projects")
    @Requires(Permission.PROJECTS_READ)
    Page<Project> projects(Caller caller, @PathVariable OrganizationId id, PageRequest page) {
        return organizations.projects(caller, id, page);
    }

    /** Changes what a project allows: whether its jobs may go to the internet. */
    @PatchMapping("/orgs/{id}/projects/{project}")
    @Requires(Permission.PROJECTS_WRITE)
    Project change(
            Caller caller,
            @PathVariable OrganizationId id,
            @PathVariable ProjectId project,
            @RequestBody ProjectChange change) {
        return organizations.change(caller, id, project, change.internetAccess());
    }

    /** Every project the caller reaches. */
    @GetMapping("/projects")
    @Requires(Permission.PROJECTS_READ)
    Page<Project> visible(Caller caller) {
        return new Page<>(organizations.projects(caller), null);
    }
}
