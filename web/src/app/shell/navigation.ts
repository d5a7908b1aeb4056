import type { LinkProps } from "@tanstack/react-router";
import {
  Blocks,
  Boxes,
  Database,
  FlaskConical,
  KeyRound,
  LayoutDashboard,
  Play,
  Rocket,
  Scale,
  Server,
  Webhook,
} from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { Permission } from "@/api/permissions";

/** A page of the sidebar; `name` is its key in the translations. */
export interface NavItem {
  name:
    | "overview"
    | "datasets"
    | "jobs"
    | "experiments"
    | "evaluations"
    | "models"
    | "services"
    | "nodes"
    | "webhooks"
    | "apiKeys";
  to: NonNullable<LinkProps["to"]>;
  icon: LucideIcon;
  /** What the page's list asks for. */
  needs: Permission;
}

export interface NavGroup {
  name: "data" | "train" | "evaluate" | "registry" | "serve" | "platform" | null;
  items: readonly NavItem[];
}

/** The sidebar, in the order of a model's life. */
export const navigation: readonly NavGroup[] = [
  { name: null, items: [{ name: "overview", to: "/", icon: LayoutDashboard, needs: "projects:read" }] },
  { name: "data", items: [{ name: "datasets", to: "/datasets", icon: Database, needs: "datasets:read" }] },
  {
    name: "train",
    items: [
      { name: "jobs", to: "/jobs", icon: Play, needs: "jobs:read" },
      { name: "experiments", to: "/experiments", icon: FlaskConical, needs: "experiments:read" },
    ],
  },
  { name: "evaluate", items: [{ name: "evaluations", to: "/evaluations", icon: Scale, needs: "evaluations:read" }] },
  { name: "registry", items: [{ name: "models", to: "/models", icon: Boxes, needs: "models:read" }] },
  { name: "serve", items: [{ name: "services", to: "/services", icon: Rocket, needs: "inference:read" }] },
  {
    name: "platform",
    items: [
      { name: "nodes", to: "/nodes", icon: Server, needs: "resources:read" },
      { name: "webhooks", to: "/webhooks", icon: Webhook, needs: "webhooks:read" },
      { name: "apiKeys", to: "/api-keys", icon: KeyRound, needs: "keys:read" },
    ],
  },
];

export const galleryIcon = Blocks;
