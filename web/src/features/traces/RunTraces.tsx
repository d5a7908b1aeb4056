import { useTranslation } from "react-i18next";
import { traces } from "@/api/queries";
import type { Run } from "@/api/types";
import { useList } from "@/lib/useList";
import { Card } from "@/ui";
import { TracesTable } from "./TracesTable";

/** The traces that were made in a run's time, if there are any. */
export function RunTraces({ run }: { run: Run }) {
  const { t } = useTranslation("traces");
  const list = useList(traces(run.experimentId, { run: run.id }));
  return list.rows === undefined || list.rows.length === 0 ? null : (
    <Card flush title={t("title")}>
      <TracesTable list={list} framed={false} />
    </Card>
  );
}
