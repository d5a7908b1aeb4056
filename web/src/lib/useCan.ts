import { useSuspenseQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { LEAST_ROLE, ROLES } from "@/api/permissions";
import type { Permission } from "@/api/permissions";
import { currentProject, subscribeProject } from "@/api/project";
import { me } from "@/api/queries";
import type { Role } from "@/api/types";

/** Whether a role has a permission. */
export function allows(role: Role, permission: Permission): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(LEAST_ROLE[permission]);
}

/**
 * Tells what the user may do in the current project, by their role in its organization. The platform decides; this only keeps
 * the interface from offering what it would refuse.
 */
export function useAllowed(): (permission: Permission) => boolean {
  const { data: account } = useSuspenseQuery(me);
  const slug = useSyncExternalStore(subscribeProject, currentProject);
  const membership = account.memberships.find(({ projects }) => projects.some((project) => project.slug === slug));
  return (permission) => membership !== undefined && allows(membership.role, permission);
}

/** Whether the user may do one thing in the current project. */
export function useCan(permission: Permission): boolean {
  return useAllowed()(permission);
}
