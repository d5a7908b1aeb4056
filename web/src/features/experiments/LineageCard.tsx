import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { lineage } from "@/api/queries";
import type { DatasetInput, ModelOfRun } from "@/api/types";
import { shortId } from "@/lib/format";
import { Badge, Card, CopyableId, Facts } from "@/ui";

/** The tag that says what a dataset was given for. */
const CONTEXT = "mlflow.data.context";

/** Which datasets and models a run was given and which models it made, if its client told of any. */
export function LineageCard({ runId, live }: { runId: string; live: boolean }) {
  const { t } = useTranslation("experiments");
  const { data } = useQuery(lineage(runId, live));
  if (data === undefined || data.datasets.length + data.modelInputs.length + data.modelOutputs.length === 0) {
    return null;
  }
  return (
    <Card title={t("lineage.title")}>
      <Facts
        items={[
          [t("lineage.datasets"), data.datasets.length === 0 ? null : <Datasets inputs={data.datasets} />],
          [t("lineage.modelInputs"), data.modelInputs.length === 0 ? null : <Models models={data.modelInputs} />],
          [
            t("lineage.modelOutputs"),
            data.modelOutputs.length === 0 ? null : <Models models={data.modelOutputs} withStep />,
          ],
        ]}
      />
    </Card>
  );
}

function Datasets({ inputs }: { inputs: readonly DatasetInput[] }) {
  const { t } = useTranslation("experiments");
  return (
    <ul className="flex flex-col gap-1.5">
      {inputs.map(({ dataset, tags }) => (
        <li key={`${dataset.name} ${dataset.digest}`} className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
          <span className="font-medium wrap-anywhere">{dataset.name}</span>
          {tags[CONTEXT] !== undefined && <Badge>{tags[CONTEXT]}</Badge>}
          <span className="text-xs wrap-anywhere text-muted">
            {t("lineage.dataset", { digest: dataset.digest, source: dataset.sourceType })}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Models({ models, withStep = false }: { models: readonly ModelOfRun[]; withStep?: boolean }) {
  const { t } = useTranslation("experiments");
  return (
    <ul className="flex flex-col gap-1.5">
      {models.map((model) => (
        <li key={model.id} className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
          <span className="font-medium wrap-anywhere">{model.name}</span>
          {withStep && <span className="text-xs text-muted">{t("lineage.step", { step: model.step })}</span>}
          <CopyableId value={model.id} shown={shortId(model.id)} />
        </li>
      ))}
    </ul>
  );
}
