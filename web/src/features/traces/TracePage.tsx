import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Waypoints } from "lucide-react";
import { useTranslation } from "react-i18next";
import { experiment, trace as traceQuery } from "@/api/queries";
import type { TraceSummary } from "@/api/types";
import { formatCount, formatDuration, shortHash, shortId } from "@/lib/format";
import { Card, CopyableId, EmptyState, Meta, PageHeader, RelativeTime, StatusBadge } from "@/ui";
import { AssessmentsCard } from "./AssessmentsCard";
import { SpanDetail } from "./SpanDetail";
import { SpanTree } from "./SpanTree";
import { TraceFacts } from "./TraceFacts";

const route = getRouteApi("/shell/traces/$id");

/** One trace: its spans as a tree, the chosen one beside it, and what is said of it all. */
export function TracePage() {
  const { t } = useTranslation("traces");
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { summary, spans, assessments } = useSuspenseQuery(traceQuery(id)).data;
  const chosen =
    spans.find((span) => span.id === search.span) ?? spans.find((span) => span.parentId == null) ?? spans[0];
  // The page and the tree stay where the reader has scrolled them to.
  const choose = (next: typeof search) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace: true, resetScroll: false });
  const select = (span: string) => choose({ span });

  return (
    <>
      <TraceHeader trace={summary} spans={spans.length} />
      <TraceFacts trace={summary} />
      <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
        <Card flush title={t("spans")}>
          {chosen === undefined ? (
            <EmptyState icon={Waypoints} title={t("noSpans.title")} description={t("noSpans.text")} />
          ) : (
            <SpanTree key={summary.id} label={t("spans")} spans={spans} selected={chosen.id} onSelect={select} />
          )}
        </Card>
        <div className="min-w-0 lg:row-span-2">
          {chosen !== undefined && (
            <SpanDetail
              key={chosen.id}
              span={chosen}
              tab={search.tab ?? "inputs"}
              onTab={(tab) => choose({ tab: tab as typeof search.tab })}
            />
          )}
        </div>
        <AssessmentsCard assessments={assessments} spans={spans} onSelect={select} />
      </div>
    </>
  );
}

function TraceHeader({ trace, spans }: { trace: TraceSummary; spans: number }) {
  const { t, i18n } = useTranslation(["traces", "shell"]);
  const parent = useQuery(experiment(trace.experimentId));
  return (
    <PageHeader
      crumbs={[
        { label: t("shell:nav.experiments"), link: { to: "/experiments" } },
        {
          label: parent.data?.name ?? shortId(trace.experimentId),
          link: { to: "/experiments/$id", params: { id: trace.experimentId }, search: { tab: "traces" } },
        },
        { label: trace.name },
      ]}
      title={trace.name}
      badge={<StatusBadge status={trace.state} />}
      description={
        <Meta
          items={[
            <RelativeTime at={trace.requestedAt} />,
            trace.durationMillis != null && formatDuration(trace.durationMillis),
            spans > 0 && t("traces:spanCount", { count: spans, shown: formatCount(spans, i18n.language) }),
            trace.tokens != null && (
              <span
                title={t("traces:tokensInOut", {
                  input: formatCount(trace.tokens.input, i18n.language),
                  output: formatCount(trace.tokens.output, i18n.language),
                })}
              >
                {t("traces:tokenCount", { tokens: formatCount(trace.tokens.total, i18n.language) })}
              </span>
            ),
            <CopyableId value={trace.id} shown={shortHash(trace.id)} />,
          ]}
        />
      }
    />
  );
}
