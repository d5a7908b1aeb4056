import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { deploy } from "@/api/commands";
import { ApiError } from "@/api/errors";
import type { InferenceService, ModelVersion } from "@/api/types";
import { Field, FormDialog, Input, Select, toast } from "@/ui";

const BY_VERSION = "-";

/** A name that fits into an address: lower-case letters, digits and inner hyphens. */
export function serviceName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63)
    .replace(/^-+|-+$/g, "");
}

/** Makes a service out of a model version. */
export function DeployDialog({ version, onClose }: { version: ModelVersion; onClose: () => void }) {
  const { t } = useTranslation(["models", "ui"]);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [name, setName] = useState(serviceName(version.name));
  const [replicas, setReplicas] = useState("1");
  const [alias, setAlias] = useState(BY_VERSION);
  const valid = name !== "" && name === serviceName(name) && Number.isInteger(Number(replicas)) && Number(replicas) > 0;
  const submit = useMutation({
    mutationFn: () =>
      deploy({
        name,
        model: { name: version.name, ...(alias === BY_VERSION ? { version: version.version } : { alias }) },
        replicas: Number(replicas),
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["services"] }),
  });
  const onDeployed = (service: InferenceService) => {
    toast("success", t("models:deploy.done", { name: service.name }));
    void navigate({ to: "/services/$id", params: { id: service.id } });
  };
  const problem = submit.error === null ? null : ApiError.of(submit.error);
  return (
    <FormDialog
      size="sm"
      onClose={onClose}
      title={t("models:deploy.title", { name: version.name, number: version.version })}
      description={t("models:deploy.description")}
      submitLabel={t("models:deploy.action")}
      ready={valid}
      busy={submit.isPending}
      error={submit.error}
      onSubmit={() => submit.mutate(undefined, { onSuccess: onDeployed })}
    >
      <Field
        label={t("models:deploy.name")}
        required
        help={t("models:deploy.nameHelp")}
        error={name !== "" && name !== serviceName(name) ? t("models:deploy.nameWrong") : problem?.violation("name")}
      >
        <Input value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      {version.aliases.length > 0 && (
        <Field label={t("models:deploy.follow")} help={t("models:deploy.followHelp")}>
          <Select
            value={alias}
            onChange={setAlias}
            options={[
              { value: BY_VERSION, label: t("models:versionN", { number: version.version }) },
              ...version.aliases.map((one) => ({ value: one, label: `@${one}` })),
            ]}
          />
        </Field>
      )}
      <Field label={t("models:deploy.replicas")} required error={problem?.violation("replicas")}>
        <Input type="number" min={1} max={64} value={replicas} onChange={(event) => setReplicas(event.target.value)} />
      </Field>
    </FormDialog>
  );
}
