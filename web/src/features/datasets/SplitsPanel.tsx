import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Play, Plus, Split as SplitIcon } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createSplit } from "@/api/commands";
import { ApiError } from "@/api/errors";
import { splits } from "@/api/queries";
import type { Dataset, DatasetVersion, Split } from "@/api/types";
import { DownloadButton } from "@/lib/DownloadButton";
import { formatCount, formatPercent, shortHash } from "@/lib/format";
import { useCan } from "@/lib/useCan";
import {
  Button,
  Card,
  CopyableId,
  EmptyState,
  ErrorState,
  Field,
  FormDialog,
  Input,
  Select,
  Skeleton,
  toast,
} from "@/ui";

interface SplitsPanelProps {
  dataset: Dataset;
  version: DatasetVersion;
}

/** The splits of a version: the same rows in the same parts for everybody who uses them. */
export function SplitsPanel({ dataset, version }: SplitsPanelProps) {
  const { t } = useTranslation("datasets");
  const query = useQuery(splits(dataset.id, version.number));
  const [creating, setCreating] = useState(false);
  const newButton = useCan("datasets:write") && (
    <Button icon={Plus} onClick={() => setCreating(true)}>
      {t("split.new")}
    </Button>
  );
  return (
    <>
      {query.data === undefined ? (
        query.error === null ? (
          <Skeleton className="h-32 rounded-lg" />
        ) : (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        )
      ) : query.data.items.length === 0 ? (
        <Card>
          <EmptyState
            icon={SplitIcon}
            title={t("split.empty.title")}
            description={t("split.empty.text")}
            action={newButton}
          />
        </Card>
      ) : (
        <div className="flex flex-col gap-4">
          <div className="flex justify-end">{newButton}</div>
          {query.data.items.map((split) => (
            <SplitCard key={split.id} dataset={dataset} version={version} split={split} />
          ))}
        </div>
      )}
      {creating && <NewSplitDialog dataset={dataset} version={version} onClose={() => setCreating(false)} />}
    </>
  );
}

function SplitCard({ dataset, version, split }: SplitsPanelProps & { split: Split }) {
  const { t, i18n } = useTranslation(["datasets", "ui"]);
  const navigate = useNavigate();
  const canTrain = useCan("jobs:write");
  const { name, seed, stratifyBy } = split.definition;
  const total = split.parts.reduce((sum, part) => sum + part.rowCount, 0);
  const base = `/api/v1/datasets/${dataset.id}/versions/${version.number}/splits/${encodeURIComponent(name)}/parts/`;
  return (
    <Card
      title={name}
      description={
        stratifyBy
          ? t("datasets:split.stratified", { seed: String(seed), column: stratifyBy })
          : t("datasets:split.seeded", { seed: String(seed) })
      }
      actions={
        canTrain && (
          <Button
            size="sm"
            icon={Play}
            onClick={() => void navigate({ to: "/jobs", search: { create: true, dataset: dataset.name, split: name } })}
          >
            {t("datasets:train")}
          </Button>
        )
      }
    >
      <div className="mb-3 flex h-2 gap-0.5 overflow-hidden rounded-full" aria-hidden>
        {split.parts.map((part, index) => (
          <span
            key={part.name}
            style={{ flexGrow: part.rowCount, background: `var(--chart-${(index % 6) + 1})` }}
            className="h-full"
          />
        ))}
      </div>
      <ul className="grid gap-x-8 gap-y-2 md:grid-cols-2">
        {split.parts.map((part, index) => (
          <li key={part.name} className="flex items-center gap-2.5">
            <span
              className="size-2 rounded-full"
              style={{ background: `var(--chart-${(index % 6) + 1})` }}
              aria-hidden
            />
            <span className="font-medium">{part.name}</span>
            <span className="text-muted tabular-nums">
              {t("datasets:rowCount", {
                count: part.rowCount,
                formatted: formatCount(part.rowCount, i18n.language),
              })}{" "}
              · {formatPercent(total === 0 ? 0 : part.rowCount / total, i18n.language)}
            </span>
            <span className="ml-auto">
              <CopyableId value={part.sha256} shown={shortHash(part.sha256)} />
            </span>
            <DownloadButton
              label={t("datasets:split.download", { part: part.name })}
              path={base + encodeURIComponent(part.name)}
              filename={`${dataset.name}-${name}-${part.name}.csv`}
            />
          </li>
        ))}
      </ul>
    </Card>
  );
}

const NO_COLUMN = "-";

function NewSplitDialog({ dataset, version, onClose }: SplitsPanelProps & { onClose: () => void }) {
  const { t } = useTranslation(["datasets", "ui"]);
  const queryClient = useQueryClient();
  const [name, setName] = useState("default");
  const [seed, setSeed] = useState("42");
  const [test, setTest] = useState("20");
  const [validation, setValidation] = useState("0");
  const [stratifyBy, setStratifyBy] = useState(version.labelColumn ?? NO_COLUMN);

  const tested = Number(test);
  const validated = Number(validation);
  const training = 100 - tested - validated;
  const valid =
    name.trim() !== "" && Number.isSafeInteger(Number(seed)) && tested > 0 && validated >= 0 && training > 0;
  const create = useMutation({
    mutationFn: () =>
      createSplit(dataset.id, version.number, {
        name: name.trim(),
        seed: Number(seed),
        ...(stratifyBy === NO_COLUMN ? {} : { stratifyBy }),
        parts: {
          train: training / 100,
          ...(validated > 0 ? { validation: validated / 100 } : {}),
          test: tested / 100,
        },
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: splits(dataset.id, version.number).queryKey });
      toast("success", t("datasets:split.done", { name }));
      onClose();
    },
  });
  const problem = create.error === null ? null : ApiError.of(create.error);
  return (
    <FormDialog
      onClose={onClose}
      title={t("datasets:split.new")}
      description={t("datasets:split.description")}
      submitLabel={t("datasets:split.submit")}
      ready={valid}
      busy={create.isPending}
      error={create.error}
      onSubmit={() => create.mutate()}
    >
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field label={t("ui:name")} required error={problem?.violation("name")}>
          <Input value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field
          label={t("datasets:split.seed")}
          required
          help={t("datasets:split.seedHelp")}
          error={problem?.violation("seed")}
        >
          <Input inputMode="numeric" value={seed} onChange={(event) => setSeed(event.target.value)} />
        </Field>
        <Field label={t("datasets:split.test")} required error={problem?.violation("parts")}>
          <Input type="number" min={1} max={99} value={test} onChange={(event) => setTest(event.target.value)} />
        </Field>
        <Field label={t("datasets:split.validation")} help={t("datasets:split.validationHelp")}>
          <Input
            type="number"
            min={0}
            max={98}
            value={validation}
            onChange={(event) => setValidation(event.target.value)}
          />
        </Field>
        <Field
          label={t("datasets:split.stratify")}
          help={t("datasets:split.stratifyHelp")}
          error={problem?.violation("stratifyBy")}
          className="sm:col-span-2"
        >
          <Select
            value={stratifyBy}
            onChange={setStratifyBy}
            options={[
              { value: NO_COLUMN, label: t("ui:none") },
              ...version.schema.map((column) => ({ value: column.name, label: column.name })),
            ]}
          />
        </Field>
        <p className="text-sm text-muted sm:col-span-2" role="status">
          {training > 0 ? t("datasets:split.rest", { percent: training }) : t("datasets:split.nothingLeft")}
        </p>
      </div>
    </FormDialog>
  );
}
