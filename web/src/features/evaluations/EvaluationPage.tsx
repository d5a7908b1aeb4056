import { useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ColumnDef } from "@tanstack/react-table";
import { LoaderCircle } from "lucide-react";
import { useTranslation } from "react-i18next";
import { evaluation, isLive } from "@/api/queries";
import type { EvaluationJob, EvaluationReport } from "@/api/types";
import { WorkloadLog } from "@/features/jobs/WorkloadLog";
import { formatCount, formatPercent, shortId } from "@/lib/format";
import {
  Card,
  ConfusionMatrix,
  CopyableId,
  DataTable,
  Elapsed,
  EmptyState,
  Meta,
  PageHeader,
  Progress,
  RelativeTime,
  Stat,
  StatusBadge,
  Tabs,
} from "@/ui";
import { subjectName } from "./subject";

const route = getRouteApi("/shell/evaluations/$id");

/** One evaluation: how good a model is on which rows, and where it errs. */
export function EvaluationPage() {
  const { t } = useTranslation(["evaluations", "shell"]);
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: job } = useSuspenseQuery(evaluation(id));
  const name = subjectName(job.spec) || shortId(job.id);
  const { data } = job.spec;
  return (
    <>
      <PageHeader
        crumbs={[{ label: t("shell:nav.evaluations"), link: { to: "/evaluations" } }, { label: name }]}
        title={name}
        badge={<StatusBadge status={job.state} />}
        description={
          <Meta
            items={[
              t("evaluations:on", { data: [data.dataset, data.split, data.part].filter(Boolean).join(" / ") }),
              <RelativeTime at={job.createdAt} />,
              job.startedAt != null && <Elapsed from={job.startedAt} to={job.endedAt} />,
              job.spec.model.name != null && (
                <Link to="/models/$name" params={{ name: job.spec.model.name }} className="link">
                  {t("evaluations:openModel")}
                </Link>
              ),
              <CopyableId value={job.id} shown={shortId(job.id)} />,
            ]}
          />
        }
      />
      <Tabs
        label={name}
        value={search.tab ?? "report"}
        onChange={(tab) => void navigate({ search: { tab: tab as typeof search.tab }, replace: true })}
        tabs={[
          {
            value: "report",
            label: t("evaluations:tab.report"),
            content: job.report == null ? <NoReport job={job} /> : <Report report={job.report} />,
          },
          {
            value: "log",
            label: t("evaluations:tab.log"),
            content: <WorkloadLog key={job.id} workloadId={job.workloadId} name={name} live={isLive(job.state)} />,
          },
        ]}
      />
    </>
  );
}

/** It is on its way, or never came. */
function NoReport({ job }: { job: EvaluationJob }) {
  const { t } = useTranslation("evaluations");
  return (
    <Card>
      {isLive(job.state) ? (
        <EmptyState
          icon={LoaderCircle}
          title={t("pending")}
          description={<Progress value={null} label={t("pending")} />}
        />
      ) : (
        <EmptyState
          title={t("noReport")}
          description={
            job.reason != null && (
              <>
                <code className="mr-2 font-mono text-xs font-semibold">{job.reason.code}</code>
                {job.reason.message}
              </>
            )
          }
        />
      )}
    </Card>
  );
}

function Report({ report }: { report: EvaluationReport }) {
  const { t, i18n } = useTranslation("evaluations");
  const percent = (value: number) => formatPercent(value, i18n.language, 2);
  const wrong = Math.round(report.rows * (1 - report.accuracy));
  const bar = (value: number, label: string) => (
    <span className="ml-auto flex w-32 items-center gap-2">
      <Progress value={value} label={label} />
      <span className="w-16 shrink-0">{percent(value)}</span>
    </span>
  );
  const columns: ColumnDef<EvaluationReport["perClass"][number]>[] = [
    { accessorKey: "label", header: t("class"), meta: { className: "font-medium" } },
    {
      accessorKey: "precision",
      header: t("precision"),
      meta: { align: "right" },
      cell: ({ row }) => percent(row.original.precision),
    },
    {
      accessorKey: "recall",
      header: t("recall"),
      meta: { align: "right" },
      cell: ({ row }) => percent(row.original.recall),
    },
    { accessorKey: "f1", header: "F1", meta: { align: "right" }, cell: ({ row }) => bar(row.original.f1, "F1") },
    {
      accessorKey: "support",
      header: t("support"),
      meta: { align: "right" },
      cell: ({ row }) => formatCount(row.original.support, i18n.language),
    },
  ];
  return (
    <div className="flex flex-col gap-4">
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Stat label={t("accuracy")} value={percent(report.accuracy)} />
        <Stat label={t("macroF1")} value={percent(report.macroF1)} />
        <Stat label={t("rows")} value={formatCount(report.rows, i18n.language)} />
        <Stat label={t("errors")} value={formatCount(wrong, i18n.language)} />
      </div>
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-[auto_minmax(0,1fr)]">
        <Card title={t("matrix")}>
          <ConfusionMatrix classes={report.classes} matrix={report.confusionMatrix} />
        </Card>
        <Card title={t("perClass")} flush>
          <DataTable
            framed={false}
            label={t("perClass")}
            columns={columns}
            rows={report.perClass}
            rowId={(one) => one.label}
          />
        </Card>
      </div>
    </div>
  );
}
