import type { EvaluationSpec } from "@/api/types";
import { shortId } from "@/lib/format";

/** What is evaluated, in a word: `digits v3`, `digits@champion`, or a run. */
export function subjectName(spec: EvaluationSpec): string {
  const { name, version, alias, runId } = spec.model;
  if (name != null) {
    return alias != null ? `${name}@${alias}` : `${name} v${version ?? "?"}`;
  }
  return runId != null ? shortId(runId) : "";
}
