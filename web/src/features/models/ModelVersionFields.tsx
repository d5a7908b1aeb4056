import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/errors";
import { modelsNamed, modelVersions } from "@/api/queries";
import { useList } from "@/lib/useList";
import { Combobox, Field, Select } from "@/ui";

/** A version of a registered model, while the user is still choosing. */
export function useModelChoice(initialName = "", initialVersion?: number) {
  const [search, setSearch] = useState("");
  const list = useQuery(modelsNamed(search));
  const [name, setName] = useState(initialName);
  const [chosen, setVersion] = useState<number | null>(initialVersion ?? null);
  const versions = useList(modelVersions(name));
  const version = chosen ?? versions.rows?.[0]?.version ?? 0;
  return {
    models: list.data ?? [],
    search: setSearch,
    name,
    choose: (next: string) => {
      setName(next);
      setVersion(null);
    },
    versions: versions.rows ?? [],
    version,
    setVersion,
  };
}

export interface ModelVersionFieldsProps {
  choice: ReturnType<typeof useModelChoice>;
  problem: ApiError | null;
}

/** The fields of a reference to a model version. */
export function ModelVersionFields({ choice, problem }: ModelVersionFieldsProps) {
  const { t } = useTranslation(["models", "ui"]);
  return (
    <>
      <Field label={t("models:model")} required error={problem?.violation("model.name")}>
        <Combobox
          value={choice.name}
          onChange={choice.choose}
          onSearch={choice.search}
          placeholder={t("models:choose")}
          options={choice.models.map((one) => ({ value: one.name, label: one.name, note: `v${one.latestVersion}` }))}
        />
      </Field>
      <Field label={t("ui:version")} required error={problem?.violation("model.version")}>
        <Select
          value={String(choice.version)}
          disabled={choice.versions.length === 0}
          onChange={(next) => choice.setVersion(Number(next))}
          options={choice.versions.map((one) => ({
            value: String(one.version),
            label: t("models:versionN", { number: one.version }),
            note: one.aliases.length > 0 ? one.aliases.join(", ") : undefined,
          }))}
        />
      </Field>
    </>
  );
}
