import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { ColumnDef } from "@tanstack/react-table";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { deleteService } from "@/api/commands";
import { inferPath } from "@/api/predict";
import { modelVersion, service as serviceQuery, workloadLogPath } from "@/api/queries";
import type { InferenceService, Replica } from "@/api/types";
import { shortId } from "@/lib/format";
import { useCan } from "@/lib/useCan";
import { useLogStream } from "@/lib/useLogStream";
import {
  Button,
  Card,
  Code,
  CodeBlock,
  ConfirmDialog,
  CopyableId,
  CopyButton,
  DataTable,
  EmptyState,
  ErrorLine,
  LogViewer,
  Meta,
  PageHeader,
  RelativeTime,
  Select,
  StatusBadge,
  toast,
} from "@/ui";
import { tensorOf, zeros } from "./signature";
import { curlSnippet, pythonSnippet } from "./snippets";
import { TryIt } from "./TryIt";
import { useSignature } from "./useSignature";

const route = getRouteApi("/shell/services/$id");

/** One service: its replicas, how to call it, and a place to do so. */
export function ServicePage() {
  const { t } = useTranslation(["services", "ui", "shell"]);
  const { id } = route.useParams();
  const { data: service } = useSuspenseQuery(serviceQuery(id));
  const canDelete = useCan("inference:write");
  const [deleting, setDeleting] = useState(false);
  return (
    <>
      <PageHeader
        crumbs={[{ label: t("shell:nav.services"), link: { to: "/services" } }, { label: service.name }]}
        title={service.name}
        badge={<StatusBadge status={service.state} />}
        description={
          <Meta
            items={[
              <Link to="/models/$name" params={{ name: service.modelName }} className="link">
                {service.modelName} v{service.modelVersion}
              </Link>,
              <RelativeTime at={service.createdAt} />,
              <span className="flex items-center gap-1">
                <Code>{service.url}</Code>
                <CopyButton text={window.location.origin + service.url} />
              </span>,
            ]}
          />
        }
        actions={
          canDelete && (
            <Button icon={Trash2} onClick={() => setDeleting(true)}>
              {t("ui:delete")}
            </Button>
          )
        }
      />
      {service.reason != null && service.state !== "READY" && (
        <p className="mb-4 rounded-md bg-warning-soft px-3 py-2 text-warning">
          <code className="mr-2 font-mono text-xs font-semibold">{service.reason.code}</code>
          {service.reason.message}
        </p>
      )}
      <div className="flex flex-col gap-4">
        <Replicas replicas={service.replicas} />
        <Calling service={service} />
        <Logs service={service} />
      </div>
      {deleting && <DeleteDialog service={service} onClose={() => setDeleting(false)} />}
    </>
  );
}

function Replicas({ replicas }: { replicas: readonly Replica[] }) {
  const { t } = useTranslation(["services", "ui"]);
  const columns: ColumnDef<Replica>[] = [
    {
      accessorKey: "id",
      header: t("services:replica"),
      enableSorting: false,
      cell: ({ row }) => <CopyableId value={row.original.id} shown={shortId(row.original.id)} />,
    },
    { accessorKey: "state", header: t("ui:state"), cell: ({ row }) => <StatusBadge status={row.original.state} /> },
    {
      accessorKey: "endpoint",
      header: t("services:endpoint"),
      enableSorting: false,
      meta: { className: "font-mono text-xs" },
      cell: ({ row }) => row.original.endpoint ?? "–",
    },
    {
      id: "reason",
      header: t("services:reason"),
      enableSorting: false,
      meta: { className: "text-muted" },
      cell: ({ row: { original: one } }) => (one.reason == null ? "–" : `${one.reason.code}: ${one.reason.message}`),
    },
  ];
  return (
    <Card title={t("services:replicas")} flush>
      <DataTable
        framed={false}
        label={t("services:replicas")}
        columns={columns}
        rows={replicas}
        rowId={(one) => one.id}
        empty={<EmptyState title={t("services:noReplicas")} />}
      />
    </Card>
  );
}

/** The output of the replicas, one at a time. */
function Logs({ service }: { service: InferenceService }) {
  const { t } = useTranslation("services");
  const [chosen, setChosen] = useState<string | null>(null);
  const replica = service.replicas.find((one) => one.id === chosen) ?? service.replicas[0];
  if (replica === undefined) {
    return null;
  }
  return (
    <section className="flex flex-col gap-2">
      <div className="flex items-center justify-between gap-3">
        <h2 className="text-sm font-semibold">{t("log")}</h2>
        {service.replicas.length > 1 && (
          <Select
            aria-label={t("logOf")}
            className="w-48"
            value={replica.id}
            onChange={setChosen}
            options={service.replicas.map((one) => ({ value: one.id, label: shortId(one.id) }))}
          />
        )}
      </div>
      <ReplicaLog key={replica.id} service={service} replica={replica} />
    </section>
  );
}

function ReplicaLog({ service, replica }: { service: InferenceService; replica: Replica }) {
  const { t } = useTranslation("services");
  const log = useLogStream(workloadLogPath(replica.workloadId));
  return (
    <LogViewer
      label={t("log")}
      lines={log.lines}
      dropped={log.dropped}
      live={log.state === "open"}
      filename={`${service.name}-${replica.id}.log`}
      empty={log.error === undefined ? t("logEmpty") : <ErrorLine error={log.error} />}
    />
  );
}

/** The first input of the served version decides what a request looks like. */
function Calling({ service }: { service: InferenceService }) {
  const { t } = useTranslation("services");
  const { data: version, error } = useQuery(modelVersion(service.modelName, service.modelVersion));
  const signature = useSignature(version);
  const input = signature.inputs[0];
  const [typed, setTyped] = useState<string | null>(null);
  if (version === undefined || input === undefined) {
    return error === null ? null : <ErrorLine error={error} />;
  }
  const text = typed ?? JSON.stringify(zeros(input));
  const url = window.location.origin + inferPath(service.url, service.modelName);
  const example = exampleOf(input, text);
  return (
    <>
      <TryIt service={service} version={version} signature={signature} input={input} text={text} onText={setTyped} />
      <Card title={t("call.title")} description={t("call.description")}>
        <div className="grid grid-cols-1 gap-4 pt-1 lg:grid-cols-2">
          <CodeBlock label="curl" code={curlSnippet(url, example)} />
          <CodeBlock label="Python" code={pythonSnippet(url, example)} />
        </div>
        <p className="mt-3 text-muted">
          {t("call.key")}{" "}
          <Link to="/api-keys" className="link underline underline-offset-2">
            {t("call.keyLink")}
          </Link>
        </p>
      </Card>
    </>
  );
}

/** The request as typed; while it is not yet one, a row of zeros. */
function exampleOf(input: Parameters<typeof zeros>[0], text: string) {
  try {
    return tensorOf(input, text);
  } catch {
    return tensorOf(input, JSON.stringify(zeros(input)));
  }
}

function DeleteDialog({ service, onClose }: { service: InferenceService; onClose: () => void }) {
  const { t } = useTranslation(["services", "ui"]);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteService(service.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["services", "list"] }),
  });
  const onDeleted = () => {
    toast("success", t("services:deleted", { name: service.name }));
    void navigate({ to: "/services" });
  };
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t("services:deleteTitle", { name: service.name })}
      description={t("services:deleteText")}
      confirmLabel={t("ui:delete")}
      busy={remove.isPending}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onDeleted })}
      error={<ErrorLine error={remove.error} />}
    />
  );
}
