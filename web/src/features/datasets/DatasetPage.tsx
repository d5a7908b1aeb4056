import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Ellipsis, Play, Split as SplitIcon, Trash2, Upload } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { deleteDataset } from "@/api/commands";
import { dataset, datasetVersion, datasetVersions, splits } from "@/api/queries";
import type { Dataset, DatasetVersion } from "@/api/types";
import { formatCount, shortHash } from "@/lib/format";
import { useCan } from "@/lib/useCan";
import { useList } from "@/lib/useList";
import {
  Badge,
  Button,
  Bytes,
  Card,
  ConfirmDialog,
  CopyableId,
  EmptyState,
  ErrorLine,
  ErrorState,
  IconButton,
  Menu,
  MenuItem,
  PageHeader,
  RelativeTime,
  Select,
  Skeleton,
  Stat,
  Tabs,
  toast,
} from "@/ui";
import { AddDataDialog } from "./AddDataDialog";
import { FilesTable, PreviewTable, SchemaTable } from "./VersionTables";
import { SplitsPanel } from "./SplitsPanel";

const route = getRouteApi("/shell/datasets/$id");

/** One dataset: its versions, and of one version its columns, rows, files and splits. */
export function DatasetPage() {
  const { t } = useTranslation(["datasets", "ui", "shell"]);
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate();
  const { data: one } = useSuspenseQuery(dataset(id));
  const versions = useList(datasetVersions(id));
  const number = search.version ?? one.latestVersion;
  const version = useQuery(datasetVersion(id, number));
  const canChange = useCan("datasets:write");
  const canTrain = useCan("jobs:write");
  const [adding, setAdding] = useState(false);
  const [deleting, setDeleting] = useState(false);

  return (
    <>
      <PageHeader
        crumbs={[{ label: t("shell:nav.datasets"), link: { to: "/datasets" } }, { label: one.name }]}
        title={one.name}
        description={one.description === "" ? undefined : one.description}
        badge={one.tags.map((tag) => (
          <Badge key={tag}>{tag}</Badge>
        ))}
        actions={
          <>
            {(versions.rows?.length ?? 0) > 0 && (
              <Select
                aria-label={t("ui:version")}
                className="w-36"
                value={String(number)}
                onChange={(next) =>
                  void navigate({
                    to: "/datasets/$id",
                    params: { id },
                    search: { ...search, version: Number(next) },
                  })
                }
                options={(versions.rows ?? []).map((each) => ({
                  value: String(each.number),
                  label: t("datasets:versionN", { number: each.number }),
                }))}
              />
            )}
            {canChange && (
              <Button icon={Upload} onClick={() => setAdding(true)}>
                {t("datasets:add.version")}
              </Button>
            )}
            {canTrain && (
              <Button
                variant="primary"
                icon={Play}
                disabled={one.latestVersion === 0}
                onClick={() => void navigate({ to: "/jobs", search: { create: true, dataset: one.name } })}
              >
                {t("datasets:train")}
              </Button>
            )}
            {canChange && (
              <Menu trigger={<IconButton icon={Ellipsis} label={t("ui:actions")} />}>
                <MenuItem icon={Trash2} danger onSelect={() => setDeleting(true)}>
                  {t("ui:delete")}
                </MenuItem>
              </Menu>
            )}
          </>
        }
      />
      {one.latestVersion === 0 ? (
        <Card>
          <EmptyState
            icon={Upload}
            title={t("datasets:noVersion.title")}
            description={t("datasets:noVersion.text")}
            action={
              canChange && (
                <Button variant="primary" icon={Upload} onClick={() => setAdding(true)}>
                  {t("datasets:add.version")}
                </Button>
              )
            }
          />
        </Card>
      ) : version.data !== undefined ? (
        <VersionView dataset={one} version={version.data} />
      ) : version.error !== null ? (
        <ErrorState error={version.error} onRetry={() => void version.refetch()} />
      ) : (
        <Skeleton className="h-72 rounded-lg" />
      )}
      {adding && <AddDataDialog dataset={one} onClose={() => setAdding(false)} />}
      {deleting && <DeleteDialog dataset={one} onClose={() => setDeleting(false)} />}
    </>
  );
}

function VersionView({ dataset: one, version }: { dataset: Dataset; version: DatasetVersion }) {
  const { t, i18n } = useTranslation(["datasets", "ui"]);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const canChange = useCan("datasets:write");
  const found = useQuery(splits(one.id, version.number));
  const counts = found.data?.items.length;
  return (
    <>
      <div className="mb-4 grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Stat
          label={t("datasets:rows")}
          value={formatCount(version.rowCount, i18n.language)}
          note={t("datasets:columnCount", { count: version.schema.length })}
        />
        <Stat
          label={t("ui:size")}
          value={<Bytes value={version.sizeBytes} />}
          note={t("datasets:fileCount", { count: version.files.length })}
        />
        <Stat
          label={t("datasets:labelColumn")}
          value={version.labelColumn ?? "–"}
          note={version.labelColumn ? t("datasets:labelNote") : t("datasets:noLabelNote")}
        />
        <Stat
          label={t("datasets:versionN", { number: version.number })}
          value={<RelativeTime at={version.createdAt} />}
          note={<CopyableId value={version.digest} shown={shortHash(version.digest)} />}
        />
      </div>
      <Tabs
        label={t("datasets:versionN", { number: version.number })}
        value={search.tab ?? "schema"}
        onChange={(tab) =>
          void navigate({ search: (old) => ({ ...old, tab: tab as typeof search.tab }), replace: true })
        }
        tabs={[
          {
            value: "schema",
            label: t("datasets:tab.schema"),
            count: version.schema.length,
            content: <SchemaTable version={version} />,
          },
          { value: "preview", label: t("datasets:tab.preview"), content: <PreviewTable version={version} /> },
          {
            value: "splits",
            label: t("datasets:tab.splits"),
            ...(counts === undefined ? {} : { count: counts }),
            content: <SplitsPanel dataset={one} version={version} />,
          },
          {
            value: "files",
            label: t("datasets:tab.files"),
            count: version.files.length,
            content: <FilesTable version={version} />,
          },
        ]}
      />
      {counts === 0 && search.tab !== "splits" && (
        <p className="mt-4 flex items-center gap-2 text-sm text-muted">
          <SplitIcon size={14} aria-hidden />
          {t("datasets:splitHint")}
          {canChange && (
            <button
              type="button"
              className="link"
              onClick={() => void navigate({ search: (old) => ({ ...old, tab: "splits" as const }) })}
            >
              {t("datasets:split.new")}
            </button>
          )}
        </p>
      )}
    </>
  );
}

function DeleteDialog({ dataset: one, onClose }: { dataset: Dataset; onClose: () => void }) {
  const { t } = useTranslation(["datasets", "ui"]);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteDataset(one.id, one.version),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["datasets", "list"] }),
  });
  const onDeleted = () => {
    toast("success", t("datasets:deleted", { name: one.name }));
    void navigate({ to: "/datasets" });
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t("datasets:deleteTitle", { name: one.name })}
      description={t("datasets:deleteText")}
      confirmLabel={t("ui:delete")}
      busy={remove.isPending}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onDeleted })}
      error={<ErrorLine error={remove.error} />}
    />
  );
}
