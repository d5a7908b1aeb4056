import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { registerModel } from "@/api/commands";
import { ApiError } from "@/api/errors";
import { artifactPaths, modelsNamed } from "@/api/queries";
import type { ModelVersion } from "@/api/types";
import { Combobox, Field, FormDialog, Select, toast } from "@/ui";

export interface RegisterDialogProps {
  runId: string;
  datasetVersionId?: string | undefined;
  suggestedName: string;
  onClose: () => void;
}

/** The folders that hold files, the shallowest first; those are what can be a model. */
export function artifactFolders(paths: readonly string[]): string[] {
  const folders = new Set(
    paths.filter((path) => path.includes("/")).map((path) => path.slice(0, path.lastIndexOf("/"))),
  );
  return [...folders].sort((a, b) => a.split("/").length - b.split("/").length || a.localeCompare(b));
}

/** Makes an artifact of a run a version of a model. */
export function RegisterDialog({ runId, datasetVersionId, suggestedName, onClose }: RegisterDialogProps) {
  const { t } = useTranslation(["models", "ui"]);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [search, setSearch] = useState("");
  const known = useQuery(modelsNamed(search));
  const files = useQuery(artifactPaths(runId));
  const [name, setName] = useState(suggestedName);
  const alike = useQuery(modelsNamed(name.trim()));
  const [chosenFolder, setFolder] = useState<string | null>(null);

  const folders = artifactFolders(files.data ?? []);
  const folder = chosenFolder ?? (folders.includes("model") ? "model" : (folders[0] ?? ""));
  const submit = useMutation({
    mutationFn: () =>
      registerModel({
        model: { name: name.trim(), isNew: alike.data?.every((one) => one.name !== name.trim()) ?? true },
        runId,
        artifactPath: folder,
        ...(datasetVersionId === undefined ? {} : { datasetVersionId }),
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["models"] }),
  });
  const onRegistered = (version: ModelVersion) => {
    toast("success", t("models:registered", { name: version.name, number: version.version }));
    void navigate({ to: "/models/$name", params: { name: version.name } });
  };
  const problem = submit.error === null ? null : ApiError.of(submit.error);
  const valid = name.trim() !== "" && folder !== "" && !alike.isPending && !alike.isPlaceholderData;
  return (
    <FormDialog
      size="sm"
      onClose={onClose}
      title={t("models:register.title")}
      description={t("models:register.description")}
      submitLabel={t("models:register.submit")}
      ready={valid}
      busy={submit.isPending}
      error={submit.error ?? files.error}
      onSubmit={() => submit.mutate(undefined, { onSuccess: onRegistered })}
    >
      <Field label={t("models:model")} required help={t("models:register.nameHelp")} error={problem?.violation("name")}>
        <Combobox
          value={name}
          onChange={setName}
          onSearch={setSearch}
          allowNew
          placeholder={t("models:choose")}
          options={(known.data ?? []).map((one) => ({
            value: one.name,
            label: one.name,
            note: `v${one.latestVersion}`,
          }))}
        />
      </Field>
      <Field
        label={t("models:register.artifact")}
        required
        help={files.data !== undefined && folders.length === 0 ? t("models:register.noArtifact") : undefined}
        error={problem?.violation("artifactPath")}
      >
        <Select
          value={folder}
          onChange={setFolder}
          disabled={folders.length === 0}
          options={folders.map((path) => ({ value: path, label: path }))}
        />
      </Field>
    </FormDialog>
  );
}
