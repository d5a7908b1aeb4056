import { useTranslation } from "react-i18next";
import type { ComputeNode } from "@/api/types";
import { formatBytes, formatMetric } from "@/lib/format";
import { Progress } from "@/ui";

/** How much of a node is taken. */
export function NodeLoad({ node, titled = true }: { node: ComputeNode; titled?: boolean }) {
  const { t, i18n } = useTranslation("platform");
  const rows: [string, number, number, (value: number) => string][] = [
    [t("nodes.cpus"), node.capacity.cpus, node.free.cpus, (value) => formatMetric(value, i18n.language)],
    [t("nodes.memory"), node.capacity.memoryBytes, node.free.memoryBytes, (value) => formatBytes(value, i18n.language)],
    [t("nodes.gpus"), node.capacity.gpus, node.free.gpus, String],
  ];
  return (
    <div className="flex flex-col gap-2">
      {titled && <p className="truncate font-medium">{node.name}</p>}
      {rows
        .filter(([, capacity]) => capacity > 0)
        .map(([label, capacity, free, format]) => (
          <div key={label} className="flex flex-col gap-1">
            <span className="flex justify-between gap-4 text-xs text-muted">
              {label}
              <span className="tabular-nums">
                {format(capacity - free)} / {format(capacity)}
              </span>
            </span>
            <Progress label={`${node.name}: ${label}`} value={(capacity - free) / capacity} />
          </div>
        ))}
    </div>
  );
}
