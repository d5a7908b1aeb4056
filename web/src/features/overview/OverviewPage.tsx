import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { LinkProps } from "@tanstack/react-router";
import { Boxes, Check, Database, Play, Rocket } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Permission } from "@/api/permissions";
import { overview } from "@/api/queries";
import { useAllowed } from "@/lib/useCan";
import { Button, Card, cn, PageHeader, Stat, StatusBadge } from "@/ui";
import type { Status } from "@/ui";
import { ActivityList } from "./ActivityList";
import { NodeLoad } from "@/features/platform/NodeLoad";

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);

/** How everything stands, and what to do next. */
export function OverviewPage() {
  const { t } = useTranslation("overview");
  const { data } = useSuspenseQuery(overview);
  const running = (data.jobs.RUNNING ?? 0) + (data.jobs.STARTING ?? 0);
  const done = {
    dataset: data.datasets > 0,
    job: sum(data.jobs) > 0,
    model: data.models > 0,
    service: sum(data.services) > 0,
  };
  const started = Object.values(done).every(Boolean);
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Stat icon={Database} label={t("datasets")} value={data.datasets} note={t("datasetsNote")} />
        <Stat
          icon={Play}
          label={t("jobs")}
          value={sum(data.jobs)}
          note={t("jobsNote", { running, queued: data.jobs.QUEUED ?? 0 })}
        />
        <Stat icon={Boxes} label={t("models")} value={data.models} note={t("modelsNote")} />
        <Stat
          icon={Rocket}
          label={t("services")}
          value={sum(data.services)}
          note={t("servicesNote", { ready: data.services.READY ?? 0 })}
        />
      </div>
      {!started && <FirstSteps done={done} />}
      <div className="mt-4 grid items-start gap-4 lg:grid-cols-[1fr_20rem]">
        <Card title={t("activity.title")} flush>
          <ActivityList activity={data.activity} />
        </Card>
        <div className="flex flex-col gap-4">
          <StateCard title={t("jobStates")} counts={data.jobs} to="/jobs" />
          <StateCard title={t("serviceStates")} counts={data.services} to="/services" />
          <Card title={t("nodes")}>
            <div className="flex flex-col gap-4">
              {data.nodes.length === 0 && <p className="text-muted">{t("noNodes")}</p>}
              {data.nodes.map((node) => (
                <NodeLoad key={`${node.executor}/${node.id}`} node={node} />
              ))}
            </div>
          </Card>
        </div>
      </div>
    </>
  );
}

const STEPS = [
  { name: "dataset", icon: Database, needs: "datasets:write", link: { to: "/datasets", search: { create: true } } },
  { name: "job", icon: Play, needs: "jobs:write", link: { to: "/jobs", search: { create: true } } },
  { name: "model", icon: Boxes, needs: "models:write", link: { to: "/jobs" } },
  { name: "service", icon: Rocket, needs: "inference:write", link: { to: "/models" } },
] as const satisfies readonly { name: string; icon: unknown; needs: Permission; link: LinkProps }[];

/** The way from a file to a service, until it has been gone once. */
function FirstSteps({ done }: { done: Record<(typeof STEPS)[number]["name"], boolean> }) {
  const { t } = useTranslation("overview");
  const allowed = useAllowed();
  const next = STEPS.find((step) => !done[step.name])?.name;
  return (
    <Card title={t("first.title")} description={t("first.description")} className="mt-4">
      <ol className="grid grid-cols-1 gap-3 pt-1 md:grid-cols-2 xl:grid-cols-4">
        {STEPS.map(({ name, icon: Icon, needs, link }, index) => (
          <li
            key={name}
            className={cn(
              "flex flex-col gap-2 rounded-md border p-3",
              name === next && "border-accent bg-accent-soft/40",
            )}
          >
            <span className="flex items-center gap-2 font-medium">
              <span
                className={cn(
                  "flex size-5 items-center justify-center rounded-full text-2xs",
                  done[name] ? "bg-success-soft text-success" : "bg-hover text-muted",
                )}
              >
                {done[name] ? <Check size={12} aria-label={t("first.done")} /> : index + 1}
              </span>
              {t(`first.${name}.title`)}
              <Icon size={14} className="ml-auto text-subtle" aria-hidden />
            </span>
            <p className="flex-1 text-xs text-muted">{t(`first.${name}.text`)}</p>
            {!done[name] && allowed(needs) && (
              <Button asChild size="sm" variant={name === next ? "primary" : "secondary"} className="self-start">
                <Link {...link}>{t(`first.${name}.action`)}</Link>
              </Button>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}

interface StateCardProps {
  title: string;
  counts: Record<string, number>;
  to: NonNullable<LinkProps["to"]>;
}

function StateCard({ title, counts, to }: StateCardProps) {
  const { t } = useTranslation(["overview", "ui"]);
  const shown = Object.entries(counts).filter(([, count]) => count > 0);
  return (
    <Card
      title={title}
      actions={
        <Link to={to} className="link text-xs">
          {t("ui:viewAll")}
        </Link>
      }
    >
      {shown.length === 0 ? (
        <p className="text-muted">{t("overview:nothingYet")}</p>
      ) : (
        <ul className="flex flex-col gap-2">
          {shown.map(([state, count]) => (
            <li key={state} className="flex items-center justify-between">
              <StatusBadge status={state as Status} />
              <span className="font-medium tabular-nums">{count}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
