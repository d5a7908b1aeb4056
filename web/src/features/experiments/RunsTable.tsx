import { Link } from "@tanstack/react-router";
import type { ColumnDef } from "@tanstack/react-table";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { runs } from "@/api/queries";
import type { Run } from "@/api/types";
import { formatMetric } from "@/lib/format";
import { useList } from "@/lib/useList";
import { Button, Checkbox, DataTable, Elapsed, Popover, RelativeTime, StatusBadge } from "@/ui";
import { NoRuns } from "./NoRuns";

/** Each name once, in order. */
function keysOf(rows: readonly Run[], pick: (run: Run) => object): string[] {
  return [...new Set(rows.flatMap((run) => Object.keys(pick(run))))].sort();
}

/** The runs of an experiment, with a column for each metric and each parameter. */
export function RunsTable({ experimentId }: { experimentId: string }) {
  const { t, i18n } = useTranslation(["experiments", "ui", "shell"]);
  const list = useList(runs(experimentId));
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());

  const rows = list.rows ?? [];
  const metrics = keysOf(rows, (run) => run.metrics);
  const params = keysOf(rows, (run) => run.params);
  // A parameter with the same value in every run tells nothing in a comparison; it is last.
  const varies = (key: string) => new Set(rows.map((run) => run.params[key])).size > 1;
  const ordered = [...params.filter(varies), ...params.filter((key) => !varies(key))];

  const columns: ColumnDef<Run>[] = [
    {
      accessorKey: "name",
      header: t("experiments:run"),
      cell: ({ row: { original: run } }) => (
        <Link to="/runs/$id" params={{ id: run.id }} className="font-medium whitespace-nowrap hover:underline">
          {run.name}
        </Link>
      ),
    },
    { accessorKey: "status", header: t("ui:state"), cell: ({ row }) => <StatusBadge status={row.original.status} /> },
    ...metrics
      .filter((key) => !hidden.has(`m/${key}`))
      .map((key): ColumnDef<Run> => ({
        id: `m/${key}`,
        accessorFn: (run) => run.metrics[key]?.value,
        header: () => <span className="font-mono">{key}</span>,
        sortUndefined: "last",
        meta: { align: "right" },
        cell: ({ row }) => {
          const value = row.original.metrics[key]?.value;
          return value === undefined ? "–" : formatMetric(value, i18n.language);
        },
      })),
    ...ordered
      .filter((key) => !hidden.has(`p/${key}`))
      .map((key): ColumnDef<Run> => ({
        id: `p/${key}`,
        accessorFn: (run) => run.params[key],
        header: () => <span className="font-mono">{key}</span>,
        sortUndefined: "last",
        sortingFn: "alphanumeric",
        meta: { className: "max-w-48 truncate text-muted" },
        cell: ({ row }) => row.original.params[key] ?? "–",
      })),
    {
      id: "duration",
      header: t("experiments:duration"),
      enableSorting: false,
      meta: { align: "right", className: "text-muted" },
      cell: ({ row: { original: run } }) => <Elapsed from={run.startedAt} to={run.endedAt} />,
    },
    {
      accessorKey: "startedAt",
      header: t("experiments:started"),
      meta: { align: "right", className: "text-muted" },
      cell: ({ row }) => <RelativeTime at={row.original.startedAt} />,
    },
  ];
  const toggle = (key: string, shown: boolean) => {
    const next = new Set(hidden);
    if (shown) {
      next.delete(key);
    } else {
      next.add(key);
    }
    setHidden(next);
  };
  return (
    <>
      {metrics.length + params.length > 0 && (
        <div className="mb-3 flex justify-end">
          <Popover align="end" label={t("experiments:columns")} trigger={<Button>{t("experiments:columns")}</Button>}>
            <div className="flex max-h-80 flex-col gap-2 overflow-y-auto">
              {[["m", metrics] as const, ["p", ordered] as const].map(([kind, keys]) =>
                keys.map((key) => (
                  <Checkbox
                    key={`${kind}/${key}`}
                    label={<span className="font-mono text-xs">{key}</span>}
                    checked={!hidden.has(`${kind}/${key}`)}
                    onChange={(shown) => toggle(`${kind}/${key}`, shown)}
                  />
                )),
              )}
            </div>
          </Popover>
        </div>
      )}
      <DataTable
        label={t("experiments:runs")}
        columns={columns}
        rowId={(run) => run.id}
        {...list}
        empty={<NoRuns of="noRuns" />}
      />
    </>
  );
}
