package dev.trine.identity;

/** What a member may do in an organization or project, weakest first. */
public enum Role {
    VIEWER,
    MEMBER,
    ADMIN,
    OWNER;

    public boolean atLeast(Role other) {
        return compareTo(other) >= 0;
    }
}
