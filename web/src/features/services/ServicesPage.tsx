import { Link } from "@tanstack/react-router";
import type { ColumnDef } from "@tanstack/react-table";
import { Rocket } from "lucide-react";
import { useTranslation } from "react-i18next";
import { services } from "@/api/queries";
import type { InferenceService } from "@/api/types";
import { useCan } from "@/lib/useCan";
import { useList } from "@/lib/useList";
import { Button, CopyButton, DataTable, EmptyState, PageHeader, RelativeTime, StatusBadge } from "@/ui";

/** All inference services. */
export function ServicesPage() {
  const { t } = useTranslation(["services", "ui"]);
  const canDeploy = useCan("inference:write");
  const list = useList(services);
  const columns: ColumnDef<InferenceService>[] = [
    {
      accessorKey: "name",
      header: t("ui:name"),
      cell: ({ row: { original: one } }) => (
        <Link to="/services/$id" params={{ id: one.id }} className="font-medium hover:underline">
          {one.name}
        </Link>
      ),
    },
    { accessorKey: "state", header: t("ui:state"), cell: ({ row }) => <StatusBadge status={row.original.state} /> },
    {
      id: "model",
      accessorFn: (one) => one.modelName,
      header: t("services:model"),
      cell: ({ row: { original: one } }) => (
        <Link to="/models/$name" params={{ name: one.modelName }} className="text-muted hover:underline">
          {one.modelName} v{one.modelVersion}
        </Link>
      ),
    },
    {
      id: "replicas",
      header: t("services:replicas"),
      enableSorting: false,
      meta: { align: "right" },
      cell: ({ row: { original: one } }) =>
        `${one.replicas.filter((replica) => replica.state === "READY").length} / ${one.replicas.length}`,
    },
    {
      accessorKey: "url",
      header: t("services:address"),
      enableSorting: false,
      cell: ({ row: { original: one } }) => (
        <span className="flex items-center gap-1 font-mono text-xs text-muted">
          {one.url}
          <CopyButton text={window.location.origin + one.url} />
        </span>
      ),
    },
    {
      accessorKey: "createdAt",
      header: t("ui:created"),
      meta: { align: "right", className: "text-muted" },
      cell: ({ row }) => <RelativeTime at={row.original.createdAt} />,
    },
  ];
  return (
    <>
      <PageHeader
        title={t("services:title")}
        description={t("services:description")}
        actions={
          canDeploy && (
            <Button asChild variant="primary">
              <Link to="/models">
                <Rocket size={14} aria-hidden />
                {t("services:deploy")}
              </Link>
            </Button>
          )
        }
      />
      <DataTable
        label={t("services:title")}
        columns={columns}
        rowId={(one) => one.id}
        {...list}
        empty={
          <EmptyState
            icon={Rocket}
            title={t("services:empty.title")}
            description={t("services:empty.text")}
            action={
              canDeploy && (
                <Button asChild variant="primary">
                  <Link to="/models">{t("services:empty.action")}</Link>
                </Button>
              )
            }
          />
        }
      />
    </>
  );
}
