import { Search, Waypoints } from "lucide-react";
import { useTranslation } from "react-i18next";
import { traces } from "@/api/queries";
import type { Experiment, TraceState } from "@/api/types";
import { TRACE_STATES } from "@/app/states";
import { useList } from "@/lib/useList";
import { Button, CodeBlock, EmptyState, Input, StateFilter } from "@/ui";
import { TracesTable } from "./TracesTable";

export interface TracesTabProps {
  experiment: Experiment;
  state: TraceState | undefined;
  text: string | undefined;
  onFilter: (filter: { state?: TraceState | undefined; text?: string | undefined }) => void;
}

/** The traces of an experiment, by state and by what is said in them. */
export function TracesTab({ experiment, state, text, onFilter }: TracesTabProps) {
  const { t } = useTranslation("traces");
  const list = useList(traces(experiment.id, { state, text }));
  const all = state === undefined && text === undefined;
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <div className="w-72 max-w-full">
          <Input
            icon={Search}
            type="search"
            aria-label={t("search")}
            placeholder={t("search")}
            value={text ?? ""}
            onChange={(event) => onFilter({ state, text: event.target.value || undefined })}
          />
        </div>
        <StateFilter
          label={t("state")}
          states={TRACE_STATES}
          state={state}
          onChange={(next) => onFilter({ state: next, text })}
        />
      </div>
      <TracesTable
        list={list}
        empty={
          all ? (
            <NoTraces experiment={experiment.name} />
          ) : (
            <EmptyState
              icon={Waypoints}
              title={t("noneFound")}
              action={<Button onClick={() => onFilter({})}>{t("showAll")}</Button>}
            />
          )
        }
      />
    </>
  );
}

function NoTraces({ experiment }: { experiment: string }) {
  const { t } = useTranslation("traces");
  return (
    <div className="px-4 pb-8">
      <EmptyState icon={Waypoints} title={t("empty.title")} description={t("empty.text")} className="pb-4" />
      <CodeBlock
        label="Python"
        className="mx-auto max-w-xl"
        code={[
          `mlflow.set_experiment(${JSON.stringify(experiment)})`,
          "@mlflow.trace",
          "def answer(question: str) -> str: ...",
        ].join("\n")}
      />
    </div>
  );
}
