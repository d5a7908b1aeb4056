import type { ColumnDef } from "@tanstack/react-table";
import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Attempt } from "@/api/types";
import { Card, DataTable, Elapsed, EmptyState, RelativeTime, StatusBadge } from "@/ui";

/** Each time a job was started, where, and how that ended. */
export function AttemptsTable({ attempts }: { attempts: readonly Attempt[] }) {
  const { t } = useTranslation(["jobs", "ui"]);
  const columns: ColumnDef<Attempt>[] = [
    { accessorKey: "number", header: "#" },
    { accessorKey: "state", header: t("ui:state"), cell: ({ row }) => <StatusBadge status={row.original.state} /> },
    {
      accessorKey: "node",
      header: t("jobs:attempt.node"),
      meta: { className: "font-mono text-xs" },
    },
    {
      accessorKey: "exitCode",
      header: t("jobs:attempt.exitCode"),
      meta: { align: "right" },
      cell: ({ row }) => row.original.exitCode ?? "–",
    },
    {
      id: "reason",
      header: t("jobs:attempt.reason"),
      enableSorting: false,
      cell: ({ row: { original: one } }) => (
        <div className="flex flex-col gap-1">
          {one.reason == null ? (
            one.warnings.length === 0 && "–"
          ) : (
            <span>
              <code className="mr-1.5 font-mono text-xs">{one.reason.code}</code>
              <span className="text-muted">{one.reason.message}</span>
            </span>
          )}
          {one.warnings.map((warning) => (
            <span key={warning} className="flex items-start gap-1.5 text-warning">
              <TriangleAlert size={14} className="mt-0.5 shrink-0" aria-label={t("jobs:attempt.warning")} />
              {warning}
            </span>
          ))}
        </div>
      ),
    },
    {
      id: "started",
      header: t("jobs:attempt.started"),
      enableSorting: false,
      meta: { align: "right", className: "text-muted" },
      cell: ({ row: { original: one } }) => (one.startedAt == null ? "–" : <RelativeTime at={one.startedAt} />),
    },
    {
      id: "duration",
      header: t("jobs:duration"),
      enableSorting: false,
      meta: { align: "right", className: "text-muted" },
      cell: ({ row: { original: one } }) =>
        one.startedAt == null ? "–" : <Elapsed from={one.startedAt} to={one.endedAt} />,
    },
  ];
  return attempts.length === 0 ? (
    <Card>
      <EmptyState title={t("jobs:attempt.none")} />
    </Card>
  ) : (
    <DataTable label={t("jobs:tab.attempts")} columns={columns} rows={attempts} rowId={(one) => String(one.number)} />
  );
}
