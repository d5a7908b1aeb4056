package dev.trine.identity;

/** What those who administer an organization allow in a project of it. */
public interface ProjectPolicy {

    /** Whether its jobs may go to the internet; not unless somebody has said so. */
    boolean internetAccess(ProjectId project);
}
