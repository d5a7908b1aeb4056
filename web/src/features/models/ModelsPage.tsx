import { Link } from "@tanstack/react-router";
import type { ColumnDef } from "@tanstack/react-table";
import { Boxes } from "lucide-react";
import { useTranslation } from "react-i18next";
import { models } from "@/api/queries";
import type { Model } from "@/api/types";
import { useList } from "@/lib/useList";
import { Badge, Button, DataTable, EmptyState, PageHeader, RelativeTime } from "@/ui";

/** All registered models. */
export function ModelsPage() {
  const { t } = useTranslation(["models", "ui"]);
  const list = useList(models);
  const columns: ColumnDef<Model>[] = [
    {
      accessorKey: "name",
      header: t("ui:name"),
      cell: ({ row: { original: one } }) => (
        <div>
          <Link to="/models/$name" params={{ name: one.name }} className="font-medium hover:underline">
            {one.name}
          </Link>
          {one.description !== "" && <p className="max-w-md truncate text-xs text-subtle">{one.description}</p>}
        </div>
      ),
    },
    {
      accessorKey: "latestVersion",
      header: t("models:latest"),
      meta: { align: "right" },
      cell: ({ row: { original: one } }) => (one.latestVersion > 0 ? `v${one.latestVersion}` : "–"),
    },
    {
      id: "aliases",
      header: t("models:aliases"),
      enableSorting: false,
      cell: ({ row: { original: one } }) => (
        <span className="flex flex-wrap gap-1">
          {Object.entries(one.aliases).map(([alias, version]) => (
            <Badge key={alias} tone="accent">{`${alias} → v${version}`}</Badge>
          ))}
        </span>
      ),
    },
    {
      accessorKey: "updatedAt",
      header: t("models:updated"),
      meta: { align: "right", className: "text-muted" },
      cell: ({ row }) => <RelativeTime at={row.original.updatedAt} />,
    },
  ];
  return (
    <>
      <PageHeader title={t("models:title")} description={t("models:description")} />
      <DataTable
        label={t("models:title")}
        columns={columns}
        rowId={(one) => one.id}
        {...list}
        empty={
          <EmptyState
            icon={Boxes}
            title={t("models:empty.title")}
            description={t("models:empty.text")}
            action={
              <Button asChild variant="primary">
                <Link to="/jobs" search={{ state: "SUCCEEDED" }}>
                  {t("models:empty.action")}
                </Link>
              </Button>
            }
          />
        }
      />
    </>
  );
}
