import type { ColumnDef } from "@tanstack/react-table";
import { Package } from "lucide-react";
import { useTranslation } from "react-i18next";
import { artifactPath, artifacts } from "@/api/queries";
import type { ArtifactFile } from "@/api/types";
import { DownloadButton } from "@/lib/DownloadButton";
import { shortHash } from "@/lib/format";
import { useList } from "@/lib/useList";
import { Bytes, CopyableId, DataTable, EmptyState } from "@/ui";

/** The files a run left behind. */
export function ArtifactsTable({ runId, live }: { runId: string; live: boolean }) {
  const { t } = useTranslation(["experiments", "ui"]);
  const list = useList(artifacts(runId));
  const columns: ColumnDef<ArtifactFile>[] = [
    { accessorKey: "path", header: t("experiments:artifact.path"), meta: { className: "min-w-40 font-mono text-xs" } },
    {
      accessorKey: "sizeBytes",
      header: t("ui:size"),
      meta: { align: "right" },
      cell: ({ row }) => <Bytes value={row.original.sizeBytes} />,
    },
    {
      accessorKey: "sha256",
      header: "SHA-256",
      enableSorting: false,
      cell: ({ row }) => <CopyableId value={row.original.sha256} shown={shortHash(row.original.sha256)} />,
    },
    {
      id: "actions",
      header: () => <span className="sr-only">{t("ui:actions")}</span>,
      enableSorting: false,
      meta: { align: "right" },
      cell: ({ row: { original: file } }) => (
        <DownloadButton
          label={t("ui:download")}
          path={artifactPath(runId, file.path)}
          filename={file.path.split("/").at(-1) ?? "artifact"}
        />
      ),
    },
  ];
  return (
    <DataTable
      label={t("experiments:artifact.title")}
      columns={columns}
      {...list}
      rowId={(file) => file.path}
      empty={
        <EmptyState
          icon={Package}
          title={t("experiments:artifact.empty")}
          description={live ? t("experiments:artifact.later") : t("experiments:artifact.howTo")}
        />
      }
    />
  );
}
