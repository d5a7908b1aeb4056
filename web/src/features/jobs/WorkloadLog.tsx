import { useTranslation } from "react-i18next";
import { workloadLogPath } from "@/api/queries";
import { useLogStream } from "@/lib/useLogStream";
import { ErrorLine, LogViewer } from "@/ui";

export interface WorkloadLogProps {
  workloadId: string;
  /** What it is for; a download is called so. */
  name: string;
  live: boolean;
}

/** The output of a job or an evaluation, live while it runs. */
export function WorkloadLog({ workloadId, name, live }: WorkloadLogProps) {
  const { t } = useTranslation("jobs");
  const log = useLogStream(workloadLogPath(workloadId));
  return (
    <div className="flex flex-col gap-3">
      {log.error !== undefined && <ErrorLine error={log.error} />}
      <LogViewer
        label={t("tab.log")}
        lines={log.lines}
        dropped={log.dropped}
        live={live}
        filename={`${name}.log`}
        empty={live ? t("log.waiting") : t("log.silent")}
      />
    </div>
  );
}
