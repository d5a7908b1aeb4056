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
} from "lucide-react";
import type { LucideIcon } from "lucide-react";

/** A page of the sidebar; `name` is its key in the translations. */
export interface NavItem {
  name: "overview" | "datasets" | "jobs" | "experiments" | "evaluations" | "models" | "services" | "nodes" | "apiKeys";
  to: NonNullable<LinkProps["to"]>;
  icon: LucideIcon;
}

export interface NavGroup {
  name: "data" | "train" | "evaluate" | "registry" | "serve" | "platform" | null;
  items: readonly NavItem[];
}

/** The sidebar, in the order of a model's life. */
export const navigation: readonly NavGroup[] = [
  { name: null, items: [{ name: "overview", to: "/", icon: LayoutDashboard }] },
  { name: "data", items: [{ name: "datasets", to: "/datasets", icon: Database }] },
  {
    name: "train",
    items: [
      { name: "jobs", to: "/jobs", icon: Play },
      { name: "experiments", to: "/experiments", icon: FlaskConical },
    ],
  },
  { name: "evaluate", items: [{ name: "evaluations", to: "/evaluations", icon: Scale }] },
  { name: "registry", items: [{ name: "models", to: "/models", icon: Boxes }] },
  { name: "serve", items: [{ name: "services", to: "/services", icon: Rocket }] },
  {
    name: "platform",
    items: [
      { name: "nodes", to: "/nodes", icon: Server },
      { name: "apiKeys", to: "/api-keys", icon: KeyRound },
    ],
  },
];

export const galleryIcon = Blocks;
