import { Link } from "@tanstack/react-router";
import type { ColumnDef } from "@tanstack/react-table";
import { useTranslation } from "react-i18next";
import { experiments } from "@/api/queries";
import type { Experiment } from "@/api/types";
import { useList } from "@/lib/useList";
import { Badge, DataTable, PageHeader, RelativeTime } from "@/ui";
import { NoRuns } from "./NoRuns";

/** All experiments: runs that are to be compared with each other. */
export function ExperimentsPage() {
  const { t } = useTranslation(["experiments", "ui", "shell"]);
  const list = useList(experiments);
  const columns: ColumnDef<Experiment>[] = [
    {
      accessorKey: "name",
      header: t("ui:name"),
      cell: ({ row: { original: one } }) => (
        <Link to="/experiments/$id" params={{ id: one.id }} className="font-medium hover:underline">
          {one.name}
        </Link>
      ),
    },
    {
      id: "tags",
      header: t("experiments:tags"),
      enableSorting: false,
      cell: ({ row: { original: one } }) => (
        <span className="flex flex-wrap gap-1">
          {Object.entries(one.tags)
            .filter(([key]) => !key.startsWith("mlflow."))
            .map(([key, value]) => (
              <Badge key={key}>{`${key}: ${value}`}</Badge>
            ))}
        </span>
      ),
    },
    {
      accessorKey: "createdAt",
      header: t("ui:created"),
      meta: { align: "right", className: "text-muted" },
      cell: ({ row }) => <RelativeTime at={row.original.createdAt} />,
    },
    {
      accessorKey: "updatedAt",
      header: t("experiments:updated"),
      meta: { align: "right", className: "text-muted" },
      cell: ({ row }) => <RelativeTime at={row.original.updatedAt} />,
    },
  ];
  return (
    <>
      <PageHeader title={t("experiments:title")} description={t("experiments:description")} />
      <DataTable
        label={t("experiments:title")}
        columns={columns}
        rowId={(one) => one.id}
        {...list}
        empty={<NoRuns of="empty" />}
      />
    </>
  );
}
