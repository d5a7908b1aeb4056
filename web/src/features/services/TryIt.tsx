import { useMutation } from "@tanstack/react-query";
import { Dices, Send } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { predict } from "@/api/predict";
import type { Prediction, Tensor } from "@/api/predict";
import type { InferenceService, ModelVersion } from "@/api/types";
import { formatDuration, formatMetric, formatPercent } from "@/lib/format";
import { Badge, Button, Card, EmptyState, ErrorLine, Field, Progress, Textarea, toast } from "@/ui";
import { sampleRow } from "./sampleRow";
import { rowsOf, tensorOf } from "./signature";
import type { Signature, TensorSpec } from "./signature";

export interface TryItProps {
  service: InferenceService;
  version: ModelVersion;
  signature: Signature;
  input: TensorSpec;
  text: string;
  onText: (text: string) => void;
}

/** Sends a real request to the service and shows what it answers. */
export function TryIt({ service, version, signature, input, text, onText }: TryItProps) {
  const { t } = useTranslation("services");
  const [truth, setTruth] = useState<string | undefined>(undefined);
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const send = useMutation({
    mutationFn: (tensor: Tensor) => predict(service.url, service.modelName, [tensor]),
  });
  const sample = useMutation({
    mutationFn: () => sampleRow(version, signature),
    onSuccess: (row) => {
      if (row === undefined) {
        toast("info", t("try.noSample"));
        return;
      }
      onText(JSON.stringify([row.values]));
      setTruth(row.label);
      send.reset();
    },
  });
  const submit = () => {
    try {
      send.mutate(tensorOf(input, text));
      setWrong(undefined);
    } catch (error) {
      setWrong(t("try.wrong", { detail: error instanceof Error ? error.message : String(error) }));
    }
  };
  return (
    <Card
      title={t("try.title")}
      description={t("try.description")}
      actions={
        version.jobId != null && (
          <Button size="sm" icon={Dices} busy={sample.isPending} onClick={() => sample.mutate()}>
            {t("try.sample")}
          </Button>
        )
      }
    >
      <form
        className="grid grid-cols-1 gap-4 pt-1 lg:grid-cols-2"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="flex flex-col gap-3">
          <Field
            label={t("try.input", {
              name: input.name,
              datatype: input.datatype,
              shape: input.shape.map((size) => (size < 0 ? "n" : size)).join(" × "),
            })}
            error={wrong}
          >
            <Textarea
              className="min-h-40 font-mono text-xs"
              spellCheck={false}
              value={text}
              onChange={(event) => {
                onText(event.target.value);
                setTruth(undefined);
              }}
            />
          </Field>
          <div className="flex items-center gap-3">
            <Button type="submit" variant="primary" icon={Send} busy={send.isPending}>
              {t("try.send")}
            </Button>
            {truth !== undefined && (
              <span className="text-muted">
                {t("try.truth")} <Badge tone="accent">{truth}</Badge>
              </span>
            )}
          </div>
          <ErrorLine error={send.error ?? sample.error} />
        </div>
        <div aria-live="polite" className="min-w-0 rounded-md border bg-sunken">
          {send.data === undefined ? (
            <EmptyState icon={Send} title={t("try.nothing")} description={t("try.nothingText")} />
          ) : (
            <Answer prediction={send.data} classes={signature.classes} />
          )}
        </div>
      </form>
    </Card>
  );
}

function Answer({ prediction, classes }: { prediction: Prediction; classes: readonly string[] }) {
  const { t } = useTranslation("services");
  return (
    <div className="flex flex-col gap-4 p-4">
      <p className="text-xs text-muted">
        {prediction.model_name}
        {prediction.model_version !== undefined && ` v${prediction.model_version}`} ·{" "}
        {t("try.took", { duration: formatDuration(prediction.milliseconds) })}
      </p>
      {prediction.outputs.map((output) => (
        <Output key={output.name} output={output} classes={classes} />
      ))}
    </div>
  );
}

const MOST_ROWS = 20;

function Output({ output, classes }: { output: Tensor; classes: readonly string[] }) {
  const { i18n } = useTranslation();
  const rows = rowsOf(output).slice(0, MOST_ROWS);
  const probabilities =
    output.datatype.startsWith("FP") && (rows[0]?.length ?? 0) === classes.length && classes.length > 1;
  return (
    <section>
      <h3 className="mb-1.5 text-xs text-muted">
        <code className="font-mono">{output.name}</code> · {output.datatype} [{output.shape.join(", ")}]
      </h3>
      {probabilities
        ? rows.map((row, index) => (
            <ul key={index} className="mb-3 flex flex-col gap-1" aria-label={output.name}>
              {row.map((value, column) => {
                const share = Number(value);
                const best = share === Math.max(...row.map(Number));
                return (
                  <li key={classes[column]} className="flex items-center gap-2 text-xs tabular-nums">
                    <span
                      data-testid={best ? "answer" : undefined}
                      className={best ? "w-16 truncate font-semibold" : "w-16 truncate text-muted"}
                    >
                      {classes[column]}
                    </span>
                    <Progress value={share} label={classes[column] ?? ""} />
                    <span className="w-14 shrink-0 text-right">{formatPercent(share, i18n.language, 2)}</span>
                  </li>
                );
              })}
            </ul>
          ))
        : rows.map((row, index) => (
            <p
              key={index}
              data-testid={`output-${output.name}`}
              className="font-mono text-base font-semibold break-all"
            >
              {row.map((value) => (typeof value === "number" ? formatMetric(value, "en") : String(value))).join(", ")}
            </p>
          ))}
    </section>
  );
}
