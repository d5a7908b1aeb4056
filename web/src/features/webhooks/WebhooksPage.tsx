import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { Plus, Send, Trash2, Webhook as WebhookIcon } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeWebhook, deleteWebhook, tryWebhook } from "@/api/commands";
import { webhooks } from "@/api/queries";
import type { Webhook } from "@/api/types";
import { useCan } from "@/lib/useCan";
import { useList } from "@/lib/useList";
import {
  Badge,
  Button,
  ConfirmDialog,
  DataTable,
  EmptyState,
  ErrorLine,
  IconButton,
  PageHeader,
  RelativeTime,
  Switch,
  toast,
  useProblemText,
} from "@/ui";
import { DeliveriesDialog } from "./DeliveriesDialog";
import { NewWebhookDialog } from "./NewWebhookDialog";

/** Addresses elsewhere that are told what happens in the project. */
export function WebhooksPage() {
  const { t } = useTranslation(["webhooks", "ui"]);
  const list = useList(webhooks);
  const allowed = useCan("webhooks:write");
  const [creating, setCreating] = useState(false);
  const [opened, setOpened] = useState<Webhook | null>(null);
  const [deleting, setDeleting] = useState<Webhook | null>(null);
  const columns: ColumnDef<Webhook>[] = [
    {
      accessorKey: "name",
      header: t("ui:name"),
      cell: ({ row: { original: one } }) => (
        <button type="button" className="font-medium hover:underline" onClick={() => setOpened(one)}>
          {one.name}
        </button>
      ),
    },
    {
      accessorKey: "url",
      header: t("webhooks:url"),
      cell: ({ row: { original: one } }) => (
        <span className="block max-w-80 truncate font-mono text-xs" title={one.url}>
          {one.url}
        </span>
      ),
    },
    {
      id: "events",
      header: t("webhooks:events"),
      enableSorting: false,
      cell: ({ row: { original: one } }) => <Events webhook={one} />,
    },
    {
      accessorKey: "createdAt",
      header: t("ui:created"),
      meta: { align: "right", className: "text-muted" },
      cell: ({ row }) => <RelativeTime at={row.original.createdAt} />,
    },
    {
      accessorKey: "status",
      header: t("webhooks:active"),
      cell: ({ row: { original: one } }) => <Active webhook={one} allowed={allowed} />,
    },
    {
      id: "actions",
      header: () => <span className="sr-only">{t("ui:actions")}</span>,
      enableSorting: false,
      meta: { align: "right" },
      cell: ({ row: { original: one } }) =>
        allowed && (
          <span className="flex justify-end gap-1">
            <Trial webhook={one} />
            <IconButton
              size="sm"
              icon={Trash2}
              label={t("webhooks:deleteNamed", { name: one.name })}
              onClick={() => setDeleting(one)}
            />
          </span>
        ),
    },
  ];
  const newButton = allowed && (
    <Button variant="primary" icon={Plus} onClick={() => setCreating(true)}>
      {t("webhooks:new")}
    </Button>
  );
  return (
    <>
      <PageHeader title={t("webhooks:title")} description={t("webhooks:description")} actions={newButton} />
      <DataTable
        label={t("webhooks:title")}
        columns={columns}
        rowId={(one) => one.id}
        {...list}
        empty={
          <EmptyState
            icon={WebhookIcon}
            title={t("webhooks:empty")}
            description={t("webhooks:emptyText")}
            action={newButton}
          />
        }
      />
      {creating && <NewWebhookDialog onClose={() => setCreating(false)} />}
      {opened !== null && <DeliveriesDialog webhook={opened} onClose={() => setOpened(null)} />}
      {deleting !== null && <DeleteDialog webhook={deleting} onClose={() => setDeleting(null)} />}
    </>
  );
}

/** The first few; the rest as a number. */
function Events({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation("webhooks");
  const shown = webhook.events.length > 3 ? webhook.events.slice(0, 2) : webhook.events;
  const rest = webhook.events.slice(shown.length);
  return (
    <span className="flex flex-wrap gap-1">
      {shown.map((event) => (
        <Badge key={event} className="font-normal">
          {t(`event.${event}`)}
        </Badge>
      ))}
      {rest.length > 0 && (
        <span title={rest.map((event) => t(`event.${event}`)).join("\n")}>
          <Badge className="font-normal">{t("more", { count: rest.length })}</Badge>
        </span>
      )}
    </span>
  );
}

function Active({ webhook, allowed }: { webhook: Webhook; allowed: boolean }) {
  const { t } = useTranslation("webhooks");
  const problemText = useProblemText();
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (active: boolean) => changeWebhook(webhook.id, { status: active ? "ACTIVE" : "DISABLED" }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["webhooks"] }),
    onError: (error) => toast("danger", problemText(error)),
  });
  const active = change.isPending ? change.variables : webhook.status === "ACTIVE";
  return (
    <Switch
      checked={active}
      disabled={!allowed || change.isPending}
      onChange={(next) => change.mutate(next)}
      label={<span className="sr-only">{t("activeNamed", { name: webhook.name })}</span>}
    />
  );
}

/** Sends an example, and tells how that went. */
function Trial({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation("webhooks");
  const problemText = useProblemText();
  const trial = useMutation({
    mutationFn: () => tryWebhook(webhook.id),
    onSuccess: ({ success, status, error }) => {
      const answer = status == null ? (error ?? "") : t("answered", { status });
      toast(success ? "success" : "danger", t(success ? "tried" : "triedInVain", { name: webhook.name, answer }));
    },
    onError: (error) => toast("danger", problemText(error)),
  });
  return (
    <IconButton
      size="sm"
      icon={Send}
      label={t("tryNamed", { name: webhook.name })}
      disabled={trial.isPending}
      onClick={() => trial.mutate()}
    />
  );
}

function DeleteDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const { t } = useTranslation("webhooks");
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteWebhook(webhook.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["webhooks"] });
      toast("success", t("deleted", { name: webhook.name }));
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t("deleteTitle", { name: webhook.name })}
      description={t("deleteText")}
      confirmLabel={t("delete")}
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      error={<ErrorLine error={remove.error} />}
    />
  );
}
