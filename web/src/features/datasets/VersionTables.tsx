import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { useTranslation } from "react-i18next";
import { preview } from "@/api/queries";
import type { Column, DatasetVersion } from "@/api/types";
import { DownloadButton } from "@/lib/DownloadButton";
import { formatCount, formatPercent, shortHash } from "@/lib/format";
import { Badge, Bytes, CopyableId, DataTable, Progress } from "@/ui";
import type { Tone } from "@/ui";

const TYPE_TONES: Record<Column["type"], Tone> = {
  INTEGER: "accent",
  NUMBER: "accent",
  STRING: "neutral",
  BOOLEAN: "info",
};

/** The columns of a version with what is known of their values. */
export function SchemaTable({ version }: { version: DatasetVersion }) {
  const { t, i18n } = useTranslation("datasets");
  const columns: ColumnDef<Column>[] = [
    {
      accessorKey: "name",
      header: t("column.name"),
      cell: ({ row: { original: one } }) => (
        <span className="flex items-center gap-2 font-mono text-xs">
          {one.name}
          {one.name === version.labelColumn && <Badge tone="success">{t("column.label")}</Badge>}
        </span>
      ),
    },
    {
      accessorKey: "type",
      header: t("column.type"),
      cell: ({ row: { original: one } }) => <Badge tone={TYPE_TONES[one.type]}>{t(`type.${one.type}`)}</Badge>,
    },
    {
      accessorKey: "nulls",
      header: t("column.nulls"),
      cell: ({ row: { original: one } }) => {
        const share = version.rowCount === 0 ? 0 : one.nulls / version.rowCount;
        return (
          <span className="flex w-32 items-center gap-2 text-muted tabular-nums">
            <span className="w-12 shrink-0 text-xs">{formatPercent(share, i18n.language)}</span>
            {one.nulls > 0 && <Progress label={t("column.nulls")} value={share} />}
          </span>
        );
      },
    },
    {
      accessorKey: "distinct",
      header: t("column.distinct"),
      meta: { align: "right" },
      cell: ({ row: { original: one } }) =>
        one.distinct == null ? t("column.many") : formatCount(one.distinct, i18n.language),
    },
    {
      accessorKey: "min",
      header: t("column.min"),
      enableSorting: false,
      meta: { align: "right", className: "max-w-40 truncate font-mono text-xs" },
      cell: ({ row: { original: one } }) => one.min ?? "–",
    },
    {
      accessorKey: "max",
      header: t("column.max"),
      enableSorting: false,
      meta: { align: "right", className: "max-w-40 truncate font-mono text-xs" },
      cell: ({ row: { original: one } }) => one.max ?? "–",
    },
  ];
  return <DataTable label={t("tab.schema")} columns={columns} rows={version.schema} rowId={(one) => one.name} />;
}

/** The first rows of a version, as they are. */
export function PreviewTable({ version }: { version: DatasetVersion }) {
  const { t } = useTranslation("datasets");
  const query = useQuery(preview(version.datasetId, version.number));
  const names = query.data?.columns ?? version.schema.map((column) => column.name);
  const columns: ColumnDef<string[]>[] = names.map((name, index) => ({
    id: `${index}-${name}`,
    header: () => <span className="font-mono">{name}</span>,
    enableSorting: false,
    cell: ({ row }) => <span className="font-mono text-xs">{row.original[index] ?? ""}</span>,
    meta: { className: "max-w-60 truncate" },
  }));
  return (
    <>
      <DataTable
        label={t("tab.preview")}
        columns={columns}
        rows={query.data?.rows}
        rowId={(row) => String(query.data?.rows.indexOf(row))}
        error={query.error}
        onRetry={() => void query.refetch()}
      />
      {query.data !== undefined && (
        <p className="mt-2 text-xs text-subtle">{t("previewNote", { count: query.data.rows.length })}</p>
      )}
    </>
  );
}

/** The stored files of a version. */
export function FilesTable({ version }: { version: DatasetVersion }) {
  const { t } = useTranslation(["datasets", "ui"]);
  const base = `/api/v1/datasets/${version.datasetId}/versions/${version.number}/files/`;
  const columns: ColumnDef<DatasetVersion["files"][number]>[] = [
    { accessorKey: "path", header: t("datasets:file.path"), meta: { className: "font-mono text-xs" } },
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
          path={base + encodeURIComponent(file.path)}
          filename={file.path.split("/").at(-1) ?? "data"}
        />
      ),
    },
  ];
  return <DataTable label={t("datasets:tab.files")} columns={columns} rows={version.files} rowId={(one) => one.path} />;
}
