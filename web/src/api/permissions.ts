// Made by `npm run generate:api` from api/openapi.json. Do not change it by hand.
import type { Role } from "./types";

/** The roles, the weakest first. */
export const ROLES = ["VIEWER", "MEMBER", "ADMIN", "OWNER"] as const satisfies readonly Role[];

/** The weakest role that has a permission; every stronger one has it too. */
export const LEAST_ROLE = {
  "datasets:read": "VIEWER",
  "datasets:write": "MEMBER",
  "evaluations:read": "VIEWER",
  "evaluations:write": "MEMBER",
  "experiments:read": "VIEWER",
  "experiments:write": "MEMBER",
  "inference:read": "VIEWER",
  "inference:write": "MEMBER",
  "jobs:read": "VIEWER",
  "jobs:write": "MEMBER",
  "keys:read": "MEMBER",
  "keys:write": "MEMBER",
  "models:read": "VIEWER",
  "models:write": "MEMBER",
  "organizations:read": "VIEWER",
  "organizations:write": "ADMIN",
  "projects:read": "VIEWER",
  "projects:write": "ADMIN",
  "resources:read": "VIEWER",
  "webhooks:read": "MEMBER",
  "webhooks:write": "ADMIN",
} as const satisfies Record<string, Role>;

export type Permission = keyof typeof LEAST_ROLE;
