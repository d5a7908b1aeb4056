import { Ban, Check, Circle, LoaderCircle, X } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { isLive } from "@/api/queries";
import type { TrainingJob } from "@/api/types";
import { cn, Elapsed, RelativeTime } from "@/ui";

type Phase = "done" | "current" | "ahead" | "failed" | "cancelled";

const LOOKS: Record<Phase, [LucideIcon, string]> = {
  done: [Check, "border-success bg-success-soft text-success"],
  current: [LoaderCircle, "border-info bg-info-soft text-info"],
  ahead: [Circle, "border-line-strong bg-surface text-subtle"],
  failed: [X, "border-danger bg-danger-soft text-danger"],
  cancelled: [Ban, "border-line-strong bg-hover text-muted"],
};

interface Station {
  name: "queued" | "running" | "ended";
  label: string;
  phase: Phase;
  at: string | null | undefined;
  from: string | null | undefined;
  to: string | null | undefined;
}

/** Where a job is on its way: queued, running, ended, and how long each took. */
export function JobTimeline({ job }: { job: TrainingJob }) {
  const { t } = useTranslation(["jobs", "ui"]);
  const live = isLive(job.state);
  const started = job.startedAt != null;
  const ending: Phase =
    job.state === "SUCCEEDED" ? "done" : job.state === "FAILED" ? "failed" : live ? "ahead" : "cancelled";
  const stations: Station[] = [
    {
      name: "queued",
      label: t("ui:status.QUEUED"),
      phase: job.state === "QUEUED" ? "current" : started || live ? "done" : ending,
      at: job.queuedAt,
      from: job.queuedAt,
      to: job.startedAt ?? job.endedAt,
    },
    {
      name: "running",
      label: job.state === "STARTING" ? t("ui:status.STARTING") : t("ui:status.RUNNING"),
      phase: live && job.state !== "QUEUED" ? "current" : started ? (live ? "ahead" : "done") : "ahead",
      at: job.startedAt,
      from: job.startedAt,
      to: job.endedAt,
    },
    {
      name: "ended",
      label: live ? t("jobs:timeline.end") : t(`ui:status.${job.state}`),
      phase: ending,
      at: job.endedAt,
      from: null,
      to: null,
    },
  ];
  return (
    <ol className="grid grid-cols-1 gap-4 sm:grid-cols-[1fr_1fr_auto] sm:gap-0 sm:pr-4">
      {stations.map((station, index) => {
        const [Icon, look] = LOOKS[station.phase];
        return (
          <li key={station.name} className="relative flex gap-3 sm:block">
            {index < stations.length - 1 && (
              <span
                aria-hidden
                className={cn(
                  "absolute top-3 left-7 hidden h-px w-[calc(100%-1.75rem)] sm:block",
                  station.phase === "done" ? "bg-success" : "bg-line-strong",
                )}
              />
            )}
            <span className={cn("relative flex size-6 shrink-0 items-center justify-center rounded-full border", look)}>
              <Icon size={13} className={cn(station.phase === "current" && "animate-spin")} aria-hidden />
            </span>
            <div className="sm:mt-2">
              <p className={cn("font-medium", station.phase === "ahead" && "text-subtle")}>{station.label}</p>
              <p className="min-h-5 text-xs text-subtle">
                {station.at != null && <RelativeTime at={station.at} />}
                {station.from != null && (
                  <>
                    {" · "}
                    <Elapsed from={station.from} to={station.to} />
                  </>
                )}
              </p>
            </div>
          </li>
        );
      })}
    </ol>
  );
}
