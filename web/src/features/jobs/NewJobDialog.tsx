import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { submitJob } from "@/api/commands";
import { ApiError } from "@/api/errors";
import type { TrainingJob, TrainingSpec } from "@/api/types";
import { DataFields, useDataChoice } from "@/features/datasets/DataFields";
import { Field, FormDialog, Input, Select, Textarea, toast } from "@/ui";
import { ALGORITHMS, commandWords, NETWORKS, paramProblem, RETRIES } from "./spec";
import type { Algorithm, Network } from "./spec";

export interface NewJobDialogProps {
  dataset?: string | undefined;
  split?: string | undefined;
  onClose: () => void;
}

type Kind = Algorithm | "command";
const KINDS: readonly Kind[] = ["logistic-regression", "factorization-machine", "command"];
const GIB = 1024 ** 3;

/** Asks what to train on what, and submits it. */
export function NewJobDialog({ dataset, split, onClose }: NewJobDialogProps) {
  const { t } = useTranslation(["jobs", "ui"]);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const choice = useDataChoice(dataset, split);
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Kind>("logistic-regression");
  const [params, setParams] = useState<Record<string, string>>({});
  const [command, setCommand] = useState("");
  const [network, setNetwork] = useState<Network>("platform");
  const [experiment, setExperiment] = useState("");
  const [cpus, setCpus] = useState("1");
  const [memory, setMemory] = useState("1");
  const [timeout, setTimeout] = useState("10");
  const [retries, setRetries] = useState("0");

  const fields = kind === "command" ? [] : ALGORITHMS[kind];
  const valueOf = (field: (typeof fields)[number]) => params[field.name] ?? field.initial;
  const suggested = [choice.dataset, kind === "command" ? "" : kind].filter(Boolean).join("-");
  const numbers = [cpus, memory, timeout].every((text) => Number(text) > 0);
  const retriesWrong = paramProblem(RETRIES, retries);
  const valid =
    numbers &&
    retriesWrong === undefined &&
    (kind === "command"
      ? commandWords(command).length > 0
      : choice.dataset !== "" && fields.every((field) => paramProblem(field, valueOf(field)) === undefined));

  const spec = (): TrainingSpec => ({
    name: name.trim() || suggested || t("jobs:untitled"),
    program:
      kind === "command"
        ? { kind: "command", command: commandWords(command), network }
        : {
            kind: "builtin",
            algorithm: kind,
            params: Object.fromEntries(fields.map((field) => [field.name, Number(valueOf(field))])),
          },
    ...(choice.dataset === "" ? {} : { data: choice.reference }),
    resources: { cpus: Number(cpus), memoryBytes: Math.round(Number(memory) * GIB), gpus: 0 },
    timeout: `PT${Math.round(Number(timeout) * 60)}S`,
    retries: Number(retries),
    ...(experiment.trim() === "" ? {} : { experiment: experiment.trim() }),
  });
  const submit = useMutation({
    mutationFn: () => submitJob(spec()),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["jobs", "list"] }),
  });
  const onSubmitted = (job: TrainingJob) => {
    toast("success", t("jobs:submitted", { name: job.name }));
    void navigate({ to: "/jobs/$id", params: { id: job.id } });
  };
  const problem = submit.error === null ? null : ApiError.of(submit.error);
  return (
    <FormDialog
      size="lg"
      onClose={onClose}
      title={t("jobs:new")}
      description={t("jobs:form.description")}
      submitLabel={t("jobs:form.submit")}
      ready={valid}
      busy={submit.isPending}
      error={submit.error}
      onSubmit={() => submit.mutate(undefined, { onSuccess: onSubmitted })}
    >
      <div className="flex flex-col gap-6">
        <Section title={t("jobs:form.program")}>
          <Field label={t("jobs:form.algorithm")} required error={problem?.violation("program.algorithm")}>
            <Select
              value={kind}
              onChange={(next) => setKind(next as Kind)}
              options={KINDS.map((each) => ({ value: each, label: t(`jobs:algorithm.${each}`) }))}
            />
          </Field>
          <Field label={t("ui:name")} hint={t("ui:optional")} error={problem?.violation("name")}>
            <Input value={name} placeholder={suggested} onChange={(event) => setName(event.target.value)} />
          </Field>
          {kind === "command" && (
            <Field
              label={t("jobs:form.command")}
              help={t("jobs:form.commandHelp")}
              error={problem?.violation("program.command")}
              className="sm:col-span-2"
            >
              <Textarea
                value={command}
                placeholder={"python3\ntrain.py"}
                className="font-mono text-xs"
                onChange={(event) => setCommand(event.target.value)}
              />
            </Field>
          )}
          {kind === "command" && (
            <Field
              label={t("jobs:form.network")}
              help={t("jobs:form.networkHelp")}
              error={problem?.violation("program.network")}
              className="sm:col-span-2"
            >
              <Select
                value={network}
                onChange={(next) => setNetwork(next as Network)}
                options={NETWORKS.map((each) => ({ value: each, label: t(`jobs:network.${each}`) }))}
              />
            </Field>
          )}
        </Section>
        <Section title={t("jobs:form.data")}>
          <DataFields choice={choice} required={kind !== "command"} problem={problem} />
        </Section>
        {fields.length > 0 && (
          <Section title={t("jobs:form.params")} columns={3}>
            {fields.map((field) => {
              const wrong = paramProblem(field, valueOf(field));
              return (
                <Field
                  key={field.name}
                  label={t(`jobs:param.${field.name}`)}
                  error={
                    wrong === undefined
                      ? problem?.violation(`program.params.${field.name}`)
                      : t(`jobs:wrong.${wrong}`, { min: field.min })
                  }
                >
                  <Input
                    inputMode="decimal"
                    value={valueOf(field)}
                    onChange={(event) => setParams({ ...params, [field.name]: event.target.value })}
                  />
                </Field>
              );
            })}
          </Section>
        )}
        <Section title={t("jobs:form.resources")} columns={3}>
          <Field label={t("jobs:form.cpus")} error={problem?.violation("resources.cpus")}>
            <Input inputMode="decimal" value={cpus} onChange={(event) => setCpus(event.target.value)} />
          </Field>
          <Field label={t("jobs:form.memory")} error={problem?.violation("resources.memoryBytes")}>
            <Input inputMode="decimal" value={memory} onChange={(event) => setMemory(event.target.value)} />
          </Field>
          <Field label={t("jobs:form.timeout")} error={problem?.violation("timeout")}>
            <Input inputMode="decimal" value={timeout} onChange={(event) => setTimeout(event.target.value)} />
          </Field>
          <Field
            label={t("jobs:form.retries")}
            error={
              retriesWrong === undefined
                ? problem?.violation("retries")
                : t(`jobs:wrong.${retriesWrong}`, { min: RETRIES.min })
            }
          >
            <Input inputMode="numeric" value={retries} onChange={(event) => setRetries(event.target.value)} />
          </Field>
          <Field
            label={t("jobs:form.experiment")}
            hint={t("ui:optional")}
            error={problem?.violation("experiment")}
            className="sm:col-span-2"
          >
            <Input
              value={experiment}
              placeholder={name.trim() || suggested}
              onChange={(event) => setExperiment(event.target.value)}
            />
          </Field>
        </Section>
      </div>
    </FormDialog>
  );
}

function Section({ title, columns = 2, children }: { title: string; columns?: 2 | 3; children: React.ReactNode }) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2.5 text-xs font-semibold text-muted">{title}</legend>
      <div className={columns === 3 ? "grid grid-cols-1 gap-4 sm:grid-cols-3" : "grid gap-4 sm:grid-cols-2"}>
        {children}
      </div>
    </fieldset>
  );
}
