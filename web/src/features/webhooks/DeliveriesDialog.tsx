import type { ColumnDef } from "@tanstack/react-table";
import { Inbox } from "lucide-react";
import { useTranslation } from "react-i18next";
import { deliveries } from "@/api/queries";
import type { Webhook, WebhookDelivery } from "@/api/types";
import { useList } from "@/lib/useList";
import { Button, DataTable, Dialog, EmptyState, RelativeTime, StatusBadge } from "@/ui";

/** What a webhook was told lately, or is to be told, and how that went. */
export function DeliveriesDialog({ webhook, onClose }: { webhook: Webhook; onClose: () => void }) {
  const { t } = useTranslation(["webhooks", "ui"]);
  const list = useList(deliveries(webhook.id));
  const columns: ColumnDef<WebhookDelivery>[] = [
    {
      accessorKey: "event",
      header: t("webhooks:eventOne"),
      enableSorting: false,
      cell: ({ row }) => t(`webhooks:event.${row.original.event}`),
    },
    {
      accessorKey: "state",
      header: t("ui:state"),
      enableSorting: false,
      cell: ({ row }) => <StatusBadge status={row.original.state} />,
    },
    {
      id: "how",
      header: t("webhooks:how"),
      enableSorting: false,
      meta: { className: "text-muted" },
      cell: ({ row: { original: one } }) => <How delivery={one} />,
    },
    {
      accessorKey: "createdAt",
      header: t("webhooks:at"),
      enableSorting: false,
      meta: { align: "right", className: "text-muted" },
      cell: ({ row }) => <RelativeTime at={row.original.createdAt} />,
    },
  ];
  return (
    <Dialog
      open
      size="lg"
      onOpenChange={onClose}
      title={webhook.name}
      description={t(webhook.signed ? "webhooks:signed" : "webhooks:unsigned")}
      footer={<Button onClick={onClose}>{t("ui:close")}</Button>}
    >
      <DataTable
        label={t("webhooks:deliveries")}
        columns={columns}
        rowId={(one) => one.id}
        {...list}
        empty={
          <EmptyState icon={Inbox} title={t("webhooks:noDeliveries")} description={t("webhooks:noDeliveriesText")} />
        }
      />
    </Dialog>
  );
}

/** How often it was tried, what the last answer was, and when it is tried again. */
function How({ delivery }: { delivery: WebhookDelivery }) {
  const { t } = useTranslation("webhooks");
  return (
    <span className="flex flex-col">
      {delivery.attempts > 0 && <span>{t("attempts", { count: delivery.attempts })}</span>}
      {delivery.error == null ? (
        delivery.status != null && <span>{t("answered", { status: delivery.status })}</span>
      ) : (
        <span className="max-w-80 text-xs break-words text-danger">{delivery.error}</span>
      )}
      {delivery.attempts > 0 && delivery.nextAttemptAt != null && (
        <span className="text-xs">
          {t("again")} <RelativeTime at={delivery.nextAttemptAt} />
        </span>
      )}
    </span>
  );
}
