import { getRouteApi, Link } from "@tanstack/react-router";
import type { ColumnDef } from "@tanstack/react-table";
import { Plus, Scale } from "lucide-react";
import { useTranslation } from "react-i18next";
import { evaluations } from "@/api/queries";
import type { EvaluationJob } from "@/api/types";
import { formatPercent, shortId } from "@/lib/format";
import { useCan } from "@/lib/useCan";
import { useList } from "@/lib/useList";
import { Button, DataTable, EmptyState, PageHeader, RelativeTime, StatusBadge } from "@/ui";
import { NewEvaluationDialog } from "./NewEvaluationDialog";
import { subjectName } from "./subject";

const route = getRouteApi("/shell/evaluations");

/** All evaluations: models judged on data. */
export function EvaluationsPage() {
  const { t, i18n } = useTranslation(["evaluations", "ui"]);
  const { create } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useList(evaluations);
  const share = (value: number | undefined) => (value === undefined ? "–" : formatPercent(value, i18n.language, 2));
  const columns: ColumnDef<EvaluationJob>[] = [
    {
      id: "model",
      accessorFn: (job) => subjectName(job.spec),
      header: t("evaluations:model"),
      cell: ({ row: { original: job } }) => (
        <Link to="/evaluations/$id" params={{ id: job.id }} className="font-medium hover:underline">
          {subjectName(job.spec) || shortId(job.id)}
        </Link>
      ),
    },
    { accessorKey: "state", header: t("ui:state"), cell: ({ row }) => <StatusBadge status={row.original.state} /> },
    {
      id: "data",
      accessorFn: (job) => job.spec.data.dataset,
      header: t("evaluations:data"),
      meta: { className: "text-muted" },
      cell: ({ row: { original: job } }) =>
        [job.spec.data.dataset, job.spec.data.split, job.spec.data.part].filter(Boolean).join(" / "),
    },
    {
      id: "accuracy",
      accessorFn: (job) => job.report?.accuracy,
      header: t("evaluations:accuracy"),
      sortUndefined: "last",
      meta: { align: "right" },
      cell: ({ row }) => share(row.original.report?.accuracy),
    },
    {
      id: "macroF1",
      accessorFn: (job) => job.report?.macroF1,
      header: t("evaluations:macroF1"),
      sortUndefined: "last",
      meta: { align: "right" },
      cell: ({ row }) => share(row.original.report?.macroF1),
    },
    {
      accessorKey: "createdAt",
      header: t("ui:created"),
      meta: { align: "right", className: "text-muted" },
      cell: ({ row }) => <RelativeTime at={row.original.createdAt} />,
    },
  ];
  const setCreate = (open: boolean) => void navigate({ search: { create: open ? true : undefined }, replace: true });
  const allowed = useCan("evaluations:write");
  const newButton = allowed && (
    <Button variant="primary" icon={Plus} onClick={() => setCreate(true)}>
      {t("evaluations:new")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("evaluations:title")} description={t("evaluations:description")} actions={newButton} />
      <DataTable
        label={t("evaluations:title")}
        columns={columns}
        rowId={(job) => job.id}
        {...list}
        empty={
          <EmptyState
            icon={Scale}
            title={t("evaluations:empty.title")}
            description={t("evaluations:empty.text")}
            action={newButton}
          />
        }
      />
      {create === true && allowed && <NewEvaluationDialog onClose={() => setCreate(false)} />}
    </>
  );
}
