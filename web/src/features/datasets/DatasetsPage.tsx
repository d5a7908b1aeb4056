import { getRouteApi, Link } from "@tanstack/react-router";
import type { ColumnDef } from "@tanstack/react-table";
import { Database, Plus, Search } from "lucide-react";
import { useTranslation } from "react-i18next";
import { datasets } from "@/api/queries";
import type { Dataset } from "@/api/types";
import { useCan } from "@/lib/useCan";
import { useList } from "@/lib/useList";
import { Badge, Button, DataTable, EmptyState, Input, PageHeader, RelativeTime } from "@/ui";
import { AddDataDialog } from "./AddDataDialog";

const route = getRouteApi("/shell/datasets");

/** All datasets of the project. */
export function DatasetsPage() {
  const { t } = useTranslation(["datasets", "ui"]);
  const { q, create } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useList(datasets(q));
  const setCreate = (open: boolean) =>
    void navigate({ search: (old) => ({ ...old, create: open ? true : undefined }), replace: true });

  const columns: ColumnDef<Dataset>[] = [
    {
      accessorKey: "name",
      header: t("ui:name"),
      cell: ({ row: { original: one } }) => (
        <div className="min-w-40">
          <Link to="/datasets/$id" params={{ id: one.id }} className="font-medium hover:underline">
            {one.name}
          </Link>
          {one.description !== "" && <p className="max-w-md truncate text-xs text-subtle">{one.description}</p>}
        </div>
      ),
    },
    {
      id: "tags",
      header: t("datasets:tags"),
      enableSorting: false,
      cell: ({ row: { original: one } }) => (
        <span className="flex flex-wrap gap-1">
          {one.tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </span>
      ),
    },
    {
      accessorKey: "latestVersion",
      header: t("datasets:latest"),
      meta: { align: "right" },
      cell: ({ row: { original: one } }) => (one.latestVersion > 0 ? `v${one.latestVersion}` : "–"),
    },
    {
      accessorKey: "updatedAt",
      header: t("datasets:updated"),
      meta: { align: "right", className: "text-muted" },
      cell: ({ row: { original: one } }) => <RelativeTime at={one.updatedAt} />,
    },
  ];
  const allowed = useCan("datasets:write");
  const newButton = allowed && (
    <Button variant="primary" icon={Plus} onClick={() => setCreate(true)}>
      {t("datasets:new")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("datasets:title")} description={t("datasets:description")} actions={newButton} />
      <div className="mb-3 w-72 max-w-full">
        <Input
          icon={Search}
          type="search"
          aria-label={t("datasets:search")}
          placeholder={t("datasets:search")}
          value={q ?? ""}
          onChange={(event) =>
            void navigate({ search: (old) => ({ ...old, q: event.target.value || undefined }), replace: true })
          }
        />
      </div>
      <DataTable
        label={t("datasets:title")}
        columns={columns}
        rowId={(one) => one.id}
        {...list}
        empty={
          q === undefined ? (
            <EmptyState
              icon={Database}
              title={t("datasets:empty.title")}
              description={t("datasets:empty.text")}
              action={newButton}
            />
          ) : (
            <EmptyState icon={Search} title={t("ui:nothingFound")} />
          )
        }
      />
      {create === true && allowed && <AddDataDialog onClose={() => setCreate(false)} />}
    </>
  );
}
