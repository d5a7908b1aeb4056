import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createWebhook } from "@/api/commands";
import { ApiError } from "@/api/errors";
import type { WebhookEvent } from "@/api/types";
import { Checkbox, Field, FormDialog, Input, toast } from "@/ui";
import { EVENTS } from "./events";

/** Makes a webhook. */
export function NewWebhookDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["webhooks", "ui"]);
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [secret, setSecret] = useState("");
  const [events, setEvents] = useState<ReadonlySet<WebhookEvent>>(new Set(["MODEL_VERSION_CREATED"]));
  const create = useMutation({
    mutationFn: () =>
      createWebhook({
        name: name.trim(),
        url: url.trim(),
        events: EVENTS.filter((event) => events.has(event)),
        ...(secret === "" ? {} : { secret }),
      }),
    onSuccess: async (made) => {
      await queryClient.invalidateQueries({ queryKey: ["webhooks"] });
      toast("success", t("webhooks:made", { name: made.name }));
      onClose();
    },
  });
  const problem = create.error === null ? null : ApiError.of(create.error);
  const toggle = (event: WebhookEvent, on: boolean) => {
    const next = new Set(events);
    if (on) {
      next.add(event);
    } else {
      next.delete(event);
    }
    setEvents(next);
  };
  return (
    <FormDialog
      onClose={onClose}
      title={t("webhooks:new")}
      description={t("webhooks:newText")}
      submitLabel={t("ui:create")}
      ready={name.trim() !== "" && url.trim() !== "" && events.size > 0}
      busy={create.isPending}
      error={create.error}
      onSubmit={() => create.mutate()}
    >
      <Field label={t("ui:name")} required error={problem?.violation("name")}>
        <Input value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label={t("webhooks:url")} required error={problem?.violation("url")}>
        <Input
          type="url"
          placeholder="https://"
          className="font-mono"
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
      </Field>
      <Field label={t("webhooks:secret")} help={t("webhooks:secretText")} error={problem?.violation("secret")}>
        <Input
          type="password"
          autoComplete="new-password"
          value={secret}
          onChange={(event) => setSecret(event.target.value)}
        />
      </Field>
      <fieldset>
        <legend className="mb-2 text-xs font-medium">{t("webhooks:events")}</legend>
        <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
          {EVENTS.map((event) => (
            <Checkbox
              key={event}
              checked={events.has(event)}
              onChange={(on) => toggle(event, on)}
              label={t(`webhooks:event.${event}`)}
            />
          ))}
        </div>
      </fieldset>
    </FormDialog>
  );
}
