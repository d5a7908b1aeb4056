import { useMutation, useQueryClient } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createApiKey } from "@/api/commands";
import { ApiError } from "@/api/errors";
import { Button, Checkbox, CodeBlock, Dialog, Field, FormDialog, Input, Select } from "@/ui";
import { expiry, LIFETIMES, SCOPES } from "./scopes";
import type { Scope } from "./scopes";

/** Makes a key and shows its secret, once. */
export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["platform", "ui"]);
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<ReadonlySet<Scope>>(new Set(["inference:invoke"]));
  const [days, setDays] = useState("90");
  const create = useMutation({
    mutationFn: () => {
      const expiresAt = expiry(Number(days), Date.now());
      return createApiKey({
        name: name.trim(),
        scopes: SCOPES.filter((scope) => scopes.has(scope)),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      });
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["api-keys"] }),
  });
  const secret = create.data?.secret;
  if (secret != null) {
    return (
      <Dialog
        open
        firm
        size="sm"
        onOpenChange={onClose}
        title={t("platform:keys.created")}
        footer={
          <Button variant="primary" onClick={onClose}>
            {t("platform:keys.kept")}
          </Button>
        }
      >
        <div className="flex flex-col gap-3">
          <p className="flex items-start gap-2 rounded-md bg-warning-soft px-3 py-2 text-warning">
            <TriangleAlert size={16} className="mt-0.5 shrink-0" aria-hidden />
            {t("platform:keys.once")}
          </p>
          <CodeBlock label={t("platform:keys.secret")} code={secret} />
        </div>
      </Dialog>
    );
  }
  const problem = create.error === null ? null : ApiError.of(create.error);
  const valid = name.trim() !== "" && scopes.size > 0;
  const toggle = (scope: Scope, on: boolean) => {
    const next = new Set(scopes);
    if (on) {
      next.add(scope);
    } else {
      next.delete(scope);
    }
    setScopes(next);
  };
  return (
    <FormDialog
      onClose={onClose}
      title={t("platform:keys.new")}
      description={t("platform:keys.newText")}
      submitLabel={t("ui:create")}
      ready={valid}
      busy={create.isPending}
      error={create.error}
      onSubmit={() => create.mutate()}
    >
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field label={t("ui:name")} required error={problem?.violation("name")}>
          <Input value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label={t("platform:keys.lifetime")} error={problem?.violation("expiresAt")}>
          <Select
            value={days}
            onChange={setDays}
            options={LIFETIMES.map((count) => ({
              value: String(count),
              label: count === 0 ? t("platform:keys.never") : t("platform:keys.days", { count }),
            }))}
          />
        </Field>
      </div>
      <fieldset>
        <legend className="mb-2 text-xs font-medium">{t("platform:keys.scopes")}</legend>
        <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
          {SCOPES.map((scope) => (
            <Checkbox
              key={scope}
              checked={scopes.has(scope)}
              onChange={(on) => toggle(scope, on)}
              label={<span className="font-mono text-xs">{scope}</span>}
            />
          ))}
        </div>
      </fieldset>
    </FormDialog>
  );
}
