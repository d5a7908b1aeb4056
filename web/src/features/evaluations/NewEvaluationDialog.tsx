import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { submitEvaluation } from "@/api/commands";
import { ApiError } from "@/api/errors";
import type { EvaluationJob } from "@/api/types";
import { DataFields, useDataChoice } from "@/features/datasets/DataFields";
import { ModelVersionFields, useModelChoice } from "@/features/models/ModelVersionFields";
import { Field, FormDialog, Select } from "@/ui";

export interface NewEvaluationDialogProps {
  model?: string;
  version?: number;
  onClose: () => void;
}

/** Asks which model is to be judged on which rows. */
export function NewEvaluationDialog({ model, version, onClose }: NewEvaluationDialogProps) {
  const { t } = useTranslation(["evaluations", "ui"]);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const subject = useModelChoice(model, version);
  const choice = useDataChoice();
  const [part, setPart] = useState("test");

  const parts = choice.splits.find((split) => split.definition.name === choice.split)?.parts ?? [];
  const submit = useMutation({
    mutationFn: () =>
      submitEvaluation({
        model: { name: subject.name, version: subject.version },
        data: { ...choice.reference, ...(parts.length > 0 ? { part } : {}) },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["evaluations"] }),
  });
  const onSubmitted = (job: EvaluationJob) => void navigate({ to: "/evaluations/$id", params: { id: job.id } });
  const problem = submit.error === null ? null : ApiError.of(submit.error);
  const valid = subject.name !== "" && subject.version > 0 && choice.dataset !== "";
  return (
    <FormDialog
      onClose={onClose}
      title={t("evaluations:new")}
      description={t("evaluations:form.description")}
      submitLabel={t("evaluations:form.submit")}
      ready={valid}
      busy={submit.isPending}
      error={submit.error}
      onSubmit={() => submit.mutate(undefined, { onSuccess: onSubmitted })}
    >
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <ModelVersionFields choice={subject} problem={problem} />
        <DataFields choice={choice} required problem={problem} />
        {parts.length > 0 && (
          <Field label={t("evaluations:form.part")} error={problem?.violation("data.part")}>
            <Select
              value={part}
              onChange={setPart}
              options={parts.map((one) => ({ value: one.name, label: one.name }))}
            />
          </Field>
        )}
      </div>
    </FormDialog>
  );
}
