package dev.trine.identity;

import java.util.List;

/** An organization that a user belongs to, their role there, and its projects. */
public record Membership(Organization organization, Role role, List<Project> projects) {
    public Membership {
        projects = List.copyOf(projects);
    }
}
