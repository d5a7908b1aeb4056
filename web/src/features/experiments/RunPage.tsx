import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Boxes } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { experiment, run as runQuery } from "@/api/queries";
import { RegisterDialog } from "@/features/models/RegisterDialog";
import { RunTraces } from "@/features/traces/RunTraces";
import { formatMetric, shortId } from "@/lib/format";
import { useCan } from "@/lib/useCan";
import { Button, Card, CopyableId, Elapsed, Facts, Meta, PageHeader, RelativeTime, StatusBadge } from "@/ui";
import { ArtifactsTable } from "./ArtifactsTable";
import { LineageCard } from "./LineageCard";
import { MetricCharts } from "./MetricCharts";

const route = getRouteApi("/shell/runs/$id");

/** One run: what went in, what was measured, what came out. */
export function RunPage() {
  const { t, i18n } = useTranslation(["experiments", "ui", "shell", "jobs"]);
  const { id } = route.useParams();
  const { data: run } = useSuspenseQuery(runQuery(id));
  const parent = useQuery(experiment(run.experimentId));
  const canRegister = useCan("models:write");
  const [registering, setRegistering] = useState(false);
  const live = run.status === "RUNNING" || run.status === "SCHEDULED";
  const params = Object.entries(run.params).sort(([a], [b]) => a.localeCompare(b));
  const metrics = Object.entries(run.metrics).sort(([a], [b]) => a.localeCompare(b));
  const tags = Object.entries(run.tags).sort(([a], [b]) => a.localeCompare(b));

  return (
    <>
      <PageHeader
        crumbs={[
          { label: t("shell:nav.experiments"), link: { to: "/experiments" } },
          {
            label: parent.data?.name ?? shortId(run.experimentId),
            link: { to: "/experiments/$id", params: { id: run.experimentId } },
          },
          { label: run.name },
        ]}
        title={run.name}
        badge={<StatusBadge status={run.status} />}
        description={
          <Meta
            items={[
              <RelativeTime at={run.startedAt} />,
              <Elapsed from={run.startedAt} to={run.endedAt} />,
              <CopyableId value={run.id} shown={shortId(run.id)} />,
            ]}
          />
        }
        actions={
          run.status === "FINISHED" &&
          canRegister && (
            <Button variant="primary" icon={Boxes} onClick={() => setRegistering(true)}>
              {t("jobs:register")}
            </Button>
          )
        }
      />
      <div className="flex flex-col gap-4">
        <div className="grid grid-cols-1 gap-4 md:grid-cols-3">
          <Card title={t("experiments:metrics.title")}>
            <Values
              empty={t("experiments:nothing")}
              items={metrics.map(([key, last]) => [key, formatMetric(last.value, i18n.language)])}
            />
          </Card>
          <Card title={t("experiments:params")}>
            <Values empty={t("experiments:nothing")} items={params} />
          </Card>
          <Card title={t("experiments:tags")}>
            <Values empty={t("experiments:nothing")} items={tags} />
          </Card>
        </div>
        <LineageCard runId={run.id} live={live} />
        <RunTraces run={run} />
        <MetricCharts runId={run.id} keys={Object.keys(run.metrics)} live={live} />
        <h2 className="mt-2 text-sm font-semibold">{t("experiments:artifact.title")}</h2>
        <ArtifactsTable runId={run.id} live={live} />
      </div>
      {registering && <RegisterDialog runId={run.id} suggestedName={run.name} onClose={() => setRegistering(false)} />}
    </>
  );
}

function Values({ items, empty }: { items: readonly (readonly [string, string])[]; empty: string }) {
  return items.length === 0 ? (
    <p className="text-muted">{empty}</p>
  ) : (
    <Facts
      className="text-xs"
      items={items.map(([key, value]) => [
        key,
        <span className="font-mono text-xs break-all tabular-nums">{value}</span>,
      ])}
    />
  );
}
