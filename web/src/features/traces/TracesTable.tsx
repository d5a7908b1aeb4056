import { Link } from "@tanstack/react-router";
import type { ColumnDef } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { TraceSummary } from "@/api/types";
import { formatCount, formatDuration } from "@/lib/format";
import type { useList } from "@/lib/useList";
import { Badge, DataTable, RelativeTime, StatusBadge } from "@/ui";
import { gistOf } from "./messages";

export interface TracesTableProps {
  list: ReturnType<typeof useList<TraceSummary>>;
  empty?: ReactNode;
  framed?: boolean;
}

/** Of more verdicts the trace's page tells. */
const VERDICTS = 2;

/** Traces, newest first. */
export function TracesTable({ list, empty, framed = true }: TracesTableProps) {
  const { t, i18n } = useTranslation(["traces", "ui"]);
  const assessed = list.rows?.some((trace) => trace.assessments.length > 0) ?? false;
  const columns: ColumnDef<TraceSummary>[] = [
    {
      accessorKey: "name",
      header: t("ui:name"),
      cell: ({ row: { original: trace } }) => (
        <Link to="/traces/$id" params={{ id: trace.id }} className="font-medium hover:underline" title={trace.name}>
          {trace.name}
        </Link>
      ),
    },
    { accessorKey: "state", header: t("ui:state"), cell: ({ row }) => <StatusBadge status={row.original.state} /> },
    {
      id: "request",
      accessorFn: (trace) => trace.requestPreview ?? "",
      header: t("traces:request"),
      enableSorting: false,
      meta: { className: "max-w-72 min-w-32 truncate text-muted" },
      cell: ({ row: { original: trace } }) => gistOf(trace.requestPreview ?? "–"),
    },
    ...(assessed ? [verdicts(t("traces:assessments"))] : []),
    {
      id: "tokens",
      accessorFn: (trace) => trace.tokens?.total,
      header: t("traces:tokens"),
      sortUndefined: "last",
      meta: { align: "right", className: "text-muted" },
      cell: ({ row: { original: trace } }) =>
        trace.tokens == null ? "–" : formatCount(trace.tokens.total, i18n.language),
    },
    {
      accessorKey: "durationMillis",
      header: t("traces:duration"),
      sortUndefined: "last",
      meta: { align: "right", className: "whitespace-nowrap text-muted" },
      cell: ({ row: { original: trace } }) =>
        trace.durationMillis == null ? "–" : formatDuration(trace.durationMillis),
    },
    {
      accessorKey: "requestedAt",
      header: t("traces:time"),
      meta: { align: "right", className: "text-muted" },
      cell: ({ row }) => <RelativeTime at={row.original.requestedAt} />,
    },
  ];
  return (
    <DataTable
      label={t("traces:title")}
      columns={columns}
      rowId={(trace) => trace.id}
      framed={framed}
      empty={empty}
      {...list}
    />
  );
}

function verdicts(header: string): ColumnDef<TraceSummary> {
  return {
    id: "assessments",
    header,
    enableSorting: false,
    cell: ({ row: { original: trace } }) => (
      <span className="flex gap-1">
        {trace.assessments.slice(0, VERDICTS).map((said, index) => (
          <Badge key={index} className="max-w-40">
            {said.value == null ? said.name : `${said.name}: ${said.value}`}
          </Badge>
        ))}
        {trace.assessments.length > VERDICTS && <Badge>{`+${trace.assessments.length - VERDICTS}`}</Badge>}
      </span>
    ),
  };
}
