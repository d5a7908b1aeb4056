import { useQuery } from "@tanstack/react-query";
import { ChartLine } from "lucide-react";
import { useTranslation } from "react-i18next";
import { metric } from "@/api/queries";
import { formatMetric } from "@/lib/format";
import { Card, EmptyState, ErrorState, LineChart, Skeleton } from "@/ui";

interface MetricChartsProps {
  runId: string;
  keys: readonly string[];
  live: boolean;
}

/** A chart for each metric of a run, growing while the run lives. */
export function MetricCharts({ runId, keys, live }: MetricChartsProps) {
  const { t } = useTranslation("experiments");
  if (keys.length === 0) {
    return (
      <Card>
        <EmptyState
          icon={ChartLine}
          title={t("metrics.empty")}
          description={live ? t("metrics.waiting") : t("metrics.howTo")}
        />
      </Card>
    );
  }
  return (
    <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
      {keys.toSorted().map((key) => (
        <MetricChart key={key} runId={runId} name={key} live={live} />
      ))}
    </div>
  );
}

function MetricChart({ runId, name, live }: { runId: string; name: string; live: boolean }) {
  const { t, i18n } = useTranslation("ui");
  const query = useQuery(metric(runId, name, live));
  const points = query.data?.points ?? [];
  const last = points.at(-1);
  return (
    <Card
      title={<span className="font-mono text-xs">{name}</span>}
      actions={
        last !== undefined && (
          <span className="text-base font-semibold tabular-nums">{formatMetric(last.value, i18n.language)}</span>
        )
      }
    >
      {query.data !== undefined ? (
        <LineChart
          label={name}
          xLabel={t("chart.step")}
          series={[{ name, points: points.map((point) => ({ x: point.step, y: point.value })) }]}
        />
      ) : query.error === null ? (
        <Skeleton className="h-50" />
      ) : (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} className="py-4" />
      )}
    </Card>
  );
}
