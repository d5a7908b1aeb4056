import { getRouteApi, Link } from "@tanstack/react-router";
import type { ColumnDef } from "@tanstack/react-table";
import { Play, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { jobs } from "@/api/queries";
import type { TrainingJob } from "@/api/types";
import { JOB_STATES } from "@/app/states";
import { useCan } from "@/lib/useCan";
import { useList } from "@/lib/useList";
import { Button, DataTable, Elapsed, EmptyState, PageHeader, RelativeTime, StateFilter, StatusBadge } from "@/ui";
import { NewJobDialog } from "./NewJobDialog";
import { programName } from "./spec";

const route = getRouteApi("/shell/jobs");

/** All training jobs, by state. */
export function JobsPage() {
  const { t } = useTranslation(["jobs", "ui"]);
  const { state, create, dataset, split } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useList(jobs(state));
  const rows = state === undefined ? list.rows : list.rows?.filter((job) => job.state === state);

  const columns: ColumnDef<TrainingJob>[] = [
    {
      accessorKey: "name",
      header: t("ui:name"),
      cell: ({ row: { original: job } }) => (
        <Link to="/jobs/$id" params={{ id: job.id }} className="font-medium hover:underline">
          {job.name}
        </Link>
      ),
    },
    { accessorKey: "state", header: t("ui:state"), cell: ({ row }) => <StatusBadge status={row.original.state} /> },
    {
      id: "program",
      accessorFn: (job) => programName(job.spec),
      header: t("jobs:program"),
      meta: { className: "text-muted" },
    },
    {
      id: "dataset",
      accessorFn: (job) => job.spec.data?.dataset ?? "",
      header: t("jobs:dataset"),
      meta: { className: "text-muted" },
    },
    {
      id: "duration",
      header: t("jobs:duration"),
      enableSorting: false,
      meta: { align: "right", className: "text-muted" },
      cell: ({ row: { original: job } }) =>
        job.startedAt == null ? "–" : <Elapsed from={job.startedAt} to={job.endedAt} />,
    },
    {
      accessorKey: "createdAt",
      header: t("ui:created"),
      meta: { align: "right", className: "text-muted" },
      cell: ({ row }) => <RelativeTime at={row.original.createdAt} />,
    },
  ];
  const allowed = useCan("jobs:write");
  const newButton = allowed && (
    <Button
      variant="primary"
      icon={Plus}
      onClick={() => void navigate({ search: (old) => ({ ...old, create: true as const }) })}
    >
      {t("jobs:new")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("jobs:title")} description={t("jobs:description")} actions={newButton} />
      <div className="mb-3">
        <StateFilter
          label={t("jobs:filter")}
          states={JOB_STATES}
          state={state}
          onChange={(next) => void navigate({ search: (old) => ({ ...old, state: next }), replace: true })}
        />
      </div>
      <DataTable
        label={t("jobs:title")}
        columns={columns}
        rowId={(job) => job.id}
        {...list}
        rows={rows}
        empty={
          state === undefined ? (
            <EmptyState
              icon={Play}
              title={t("jobs:empty.title")}
              description={t("jobs:empty.text")}
              action={newButton}
            />
          ) : (
            <EmptyState
              icon={Play}
              title={t("jobs:noneInState")}
              action={
                <Button onClick={() => void navigate({ search: (old) => ({ ...old, state: undefined }) })}>
                  {t("jobs:showAll")}
                </Button>
              }
            />
          )
        }
      />
      {create === true && allowed && (
        <NewJobDialog
          dataset={dataset}
          split={split}
          onClose={() => void navigate({ search: { state }, replace: true })}
        />
      )}
    </>
  );
}
