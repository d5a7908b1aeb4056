import {
  Ban,
  Check,
  CircleAlert,
  CircleDashed,
  CircleStop,
  Clock3,
  LoaderCircle,
  TriangleAlert,
  Unplug,
  X,
} from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type {
  JobState,
  NodeState,
  ReplicaState,
  RunStatus,
  ServiceState,
  TraceState,
  WebhookDelivery,
} from "@/api/types";
import { cn } from "./cn";

export type Tone = "neutral" | "accent" | "success" | "warning" | "danger" | "info";

const TONES: Record<Tone, string> = {
  neutral: "bg-hover text-muted",
  accent: "bg-accent-soft text-accent",
  success: "bg-success-soft text-success",
  warning: "bg-warning-soft text-warning",
  danger: "bg-danger-soft text-danger",
  info: "bg-info-soft text-info",
};

export interface BadgeProps {
  tone?: Tone;
  icon?: LucideIcon;
  spin?: boolean;
  children: ReactNode;
  className?: string;
}

/** A word or two that colours a thing. The colour never says more than the word. */
export function Badge({ tone = "neutral", icon: Icon, spin = false, children, className }: BadgeProps) {
  return (
    <span
      className={cn(
        "inline-flex h-5 max-w-64 items-center gap-1 rounded-full px-2 text-xs font-medium whitespace-nowrap",
        TONES[tone],
        className,
      )}
    >
      {Icon && <Icon size={12} className={cn("-ml-0.5 shrink-0", spin && "animate-spin")} aria-hidden />}
      <span className="truncate">{children}</span>
    </span>
  );
}

export type Status =
  JobState | ServiceState | ReplicaState | RunStatus | NodeState | TraceState | WebhookDelivery["state"];

const STATUSES: Record<Status, [Tone, LucideIcon, boolean?]> = {
  QUEUED: ["neutral", Clock3],
  SCHEDULED: ["neutral", Clock3],
  STARTING: ["info", LoaderCircle, true],
  RUNNING: ["info", LoaderCircle, true],
  DEPLOYING: ["info", LoaderCircle, true],
  SUCCEEDED: ["success", Check],
  FINISHED: ["success", Check],
  READY: ["success", Check],
  FAILED: ["danger", X],
  DEGRADED: ["warning", TriangleAlert],
  NOT_READY: ["warning", TriangleAlert],
  CANCELLING: ["warning", CircleDashed],
  CANCELLED: ["neutral", Ban],
  KILLED: ["neutral", CircleStop],
  STOPPED: ["neutral", CircleStop],
  LOST: ["danger", Unplug],
  OK: ["success", Check],
  ERROR: ["danger", X],
  IN_PROGRESS: ["info", LoaderCircle, true],
  PENDING: ["neutral", Clock3],
  DELIVERED: ["success", Check],
  STATE_UNSPECIFIED: ["neutral", CircleDashed],
};

/** The state of a job, run, service, replica, node, trace or delivery. */
export function StatusBadge({ status }: { status: Status }) {
  const { t } = useTranslation("ui");
  const [tone, icon, spin] = (STATUSES as Partial<typeof STATUSES>)[status] ?? (["neutral", CircleAlert] as const);
  return (
    <Badge tone={tone} icon={icon} spin={spin ?? false}>
      {t(`status.${status}`)}
    </Badge>
  );
}
