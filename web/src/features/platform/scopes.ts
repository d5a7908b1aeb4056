import type { Permission } from "@/api/permissions";

/** What a key may do, in the order of a model's life; each resource can be read, most can be changed. */
export const SCOPES = [
  "inference:invoke",
  "datasets:read",
  "datasets:write",
  "jobs:read",
  "jobs:write",
  "experiments:read",
  "experiments:write",
  "evaluations:read",
  "evaluations:write",
  "models:read",
  "models:write",
  "inference:read",
  "inference:write",
  "resources:read",
  "webhooks:read",
  "webhooks:write",
] as const satisfies readonly (Permission | "inference:invoke")[];

export type Scope = (typeof SCOPES)[number];

/** How long a key may live, in days; 0 for ever. */
export const LIFETIMES = [30, 90, 365, 0] as const;

export function expiry(days: number, now: number): string | undefined {
  return days === 0 ? undefined : new Date(now + days * 86_400_000).toISOString();
}
