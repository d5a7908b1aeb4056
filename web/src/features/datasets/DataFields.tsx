import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiError } from "@/api/errors";
import { datasetByName, datasets, datasetVersion, splits } from "@/api/queries";
import { Combobox, Field, Select } from "@/ui";
import { LabelColumnField } from "./LabelColumnField";

const WHOLE = "-";

/** Which rows a job reads, while the user is still choosing. */
export function useDataChoice(initialDataset = "", initialSplit?: string) {
  const [search, setSearch] = useState("");
  const list = useInfiniteQuery({ ...datasets(search), placeholderData: keepPreviousData });
  const [chosen, choose] = useState(initialDataset);
  const [chosenVersion, setVersion] = useState<number | null>(null);
  const [chosenSplit, setSplit] = useState<string | null>(initialSplit ?? null);
  const [labelColumn, setLabelColumn] = useState("");

  const dataset = useQuery(datasetByName(chosen)).data ?? undefined;
  const version = chosenVersion ?? dataset?.latestVersion ?? 0;
  const details = useQuery({
    ...datasetVersion(dataset?.id ?? "", version),
    enabled: dataset !== undefined && version > 0,
  });
  const found = useQuery(splits(dataset?.id ?? "", version));
  // Until the user says otherwise the newest split is taken: a job that can be tested is the better habit. They come oldest first.
  const split = chosenSplit ?? found.data?.items.at(-1)?.definition.name ?? WHOLE;
  const hasSplit = found.data?.items.some((one) => one.definition.name === split) ?? false;

  return {
    datasets: list.data?.pages.flatMap((page) => page.items) ?? [],
    search: setSearch,
    dataset: chosen,
    choose: (name: string) => {
      choose(name);
      setVersion(null);
      setSplit(null);
      setLabelColumn("");
    },
    latest: dataset?.latestVersion ?? 0,
    version,
    setVersion,
    splits: found.data?.items ?? [],
    split: hasSplit ? split : WHOLE,
    setSplit,
    columns: details.data?.schema.map((column) => column.name) ?? [],
    labelColumn: labelColumn || (details.data?.labelColumn ?? ""),
    setLabelColumn,
    reference: {
      dataset: chosen,
      ...(version > 0 ? { version } : {}),
      ...(hasSplit ? { split } : {}),
      ...(labelColumn === "" ? {} : { labelColumn }),
    },
  };
}

export interface DataFieldsProps {
  choice: ReturnType<typeof useDataChoice>;
  required: boolean;
  problem: ApiError | null;
}

/** The fields of a data reference: dataset, version, split, label column. */
export function DataFields({ choice, required, problem }: DataFieldsProps) {
  const { t } = useTranslation(["datasets", "ui"]);
  return (
    <>
      <Field
        label={t("datasets:choice.dataset")}
        required={required}
        hint={required ? undefined : t("ui:optional")}
        error={problem?.violation("data.dataset") ?? problem?.violation("data")}
      >
        <Combobox
          value={choice.dataset}
          onChange={choice.choose}
          onSearch={choice.search}
          placeholder={t("datasets:choice.choose")}
          options={choice.datasets.map((one) => ({
            value: one.name,
            label: one.name,
            note: one.latestVersion > 0 ? `v${one.latestVersion}` : t("datasets:choice.noData"),
            disabled: one.latestVersion === 0,
          }))}
        />
      </Field>
      <Field label={t("ui:version")} error={problem?.violation("data.version")}>
        <Select
          value={String(choice.version)}
          disabled={choice.latest === 0}
          onChange={(next) => choice.setVersion(Number(next))}
          options={Array.from({ length: choice.latest }, (_, index) => choice.latest - index).map((number) => ({
            value: String(number),
            label: t("datasets:versionN", { number }),
          }))}
        />
      </Field>
      <Field
        label={t("datasets:choice.split")}
        help={choice.split === WHOLE ? t("datasets:choice.wholeHelp") : undefined}
        error={problem?.violation("data.split")}
      >
        <Select
          value={choice.split}
          disabled={choice.latest === 0}
          onChange={choice.setSplit}
          options={[
            { value: WHOLE, label: t("datasets:choice.whole") },
            ...choice.splits.map((one) => ({ value: one.definition.name, label: one.definition.name })),
          ]}
        />
      </Field>
      <LabelColumnField
        columns={choice.columns}
        value={choice.labelColumn}
        onChange={choice.setLabelColumn}
        help={t("datasets:choice.labelHelp")}
        error={problem?.violation("data.labelColumn")}
      />
    </>
  );
}
