import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { KeyRound, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { revokeApiKey } from "@/api/commands";
import { apiKeys } from "@/api/queries";
import type { ApiKey } from "@/api/types";
import { useCan } from "@/lib/useCan";
import { useList } from "@/lib/useList";
import {
  Badge,
  Button,
  Code,
  ConfirmDialog,
  DataTable,
  EmptyState,
  ErrorLine,
  IconButton,
  PageHeader,
  RelativeTime,
  toast,
} from "@/ui";
import { NewKeyDialog } from "./NewKeyDialog";

/** The keys that programs call Trine with. */
export function ApiKeysPage() {
  const { t } = useTranslation(["platform", "ui"]);
  const list = useList(apiKeys);
  const allowed = useCan("keys:write");
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const columns: ColumnDef<ApiKey>[] = [
    { accessorKey: "name", header: t("ui:name"), meta: { className: "font-medium" } },
    {
      accessorKey: "prefix",
      header: t("platform:keys.prefix"),
      enableSorting: false,
      cell: ({ row }) => <Code>{`${row.original.prefix}…`}</Code>,
    },
    {
      id: "scopes",
      header: t("platform:keys.scopes"),
      enableSorting: false,
      cell: ({ row: { original: key } }) => (
        <span className="flex flex-wrap gap-1">
          {key.scopes.map((scope) => (
            <Badge key={scope} className="font-mono font-normal">
              {scope}
            </Badge>
          ))}
        </span>
      ),
    },
    {
      accessorKey: "expiresAt",
      header: t("platform:keys.expires"),
      meta: { className: "text-muted" },
      cell: ({ row: { original: key } }) =>
        key.expiresAt == null ? t("platform:keys.never") : <RelativeTime at={key.expiresAt} />,
    },
    {
      accessorKey: "createdAt",
      header: t("ui:created"),
      meta: { align: "right", className: "text-muted" },
      cell: ({ row }) => <RelativeTime at={row.original.createdAt} />,
    },
    {
      id: "actions",
      header: () => <span className="sr-only">{t("ui:actions")}</span>,
      enableSorting: false,
      meta: { align: "right" },
      cell: ({ row: { original: key } }) =>
        allowed && (
          <IconButton
            size="sm"
            icon={Trash2}
            label={t("platform:keys.revokeNamed", { name: key.name })}
            onClick={() => setRevoking(key)}
          />
        ),
    },
  ];
  const newButton = allowed && (
    <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
      {t("platform:keys.new")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("platform:keys.title")} description={t("platform:keys.description")} actions={newButton} />
      <DataTable
        label={t("platform:keys.title")}
        columns={columns}
        rowId={(key) => key.id}
        {...list}
        empty={
          <EmptyState
            icon={KeyRound}
            title={t("platform:keys.empty")}
            description={t("platform:keys.emptyText")}
            action={newButton}
          />
        }
      />
      {creating && <NewKeyDialog onClose={() => setCreating(false)} />}
      {revoking !== null && <RevokeDialog apiKey={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function RevokeDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation("platform");
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => revokeApiKey(apiKey.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["api-keys"] });
      toast("success", t("keys.revoked", { name: apiKey.name }));
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t("keys.revokeTitle", { name: apiKey.name })}
      description={t("keys.revokeText")}
      confirmLabel={t("keys.revoke")}
      busy={revoke.isPending}
      onConfirm={() => revoke.mutate()}
      error={<ErrorLine error={revoke.error} />}
    />
  );
}
