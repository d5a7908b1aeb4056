import type { TrainingSpec } from "@/api/types";

/** A number the built-in trainer takes. */
export interface ParamField {
  name: "epochs" | "learning_rate" | "batch_size" | "factors" | "seed";
  initial: string;
  min: number;
  whole: boolean;
}

const COMMON: readonly ParamField[] = [
  { name: "epochs", initial: "30", min: 1, whole: true },
  { name: "learning_rate", initial: "0.1", min: 1e-9, whole: false },
  { name: "seed", initial: "42", min: 0, whole: true },
];

/** The algorithms of the built-in trainer and the parameters each takes. */
export const ALGORITHMS = {
  "logistic-regression": [...COMMON, { name: "batch_size", initial: "16", min: 1, whole: true }],
  "factorization-machine": [...COMMON, { name: "factors", initial: "8", min: 1, whole: true }],
} as const satisfies Record<string, readonly ParamField[]>;

export type Algorithm = keyof typeof ALGORITHMS;

/** What a command may reach, from least to most. */
export const NETWORKS = ["none", "platform", "internet"] as const;

export type Network = (typeof NETWORKS)[number];

/** How often a job may be started again after a failure. */
export const RETRIES = { min: 0, whole: true } as const;

/** Why a text is not a value of a field; undefined when it is. */
export function paramProblem(
  field: Pick<ParamField, "min" | "whole">,
  text: string,
): "number" | "whole" | "min" | undefined {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    return "number";
  }
  if (field.whole && !Number.isInteger(value)) {
    return "whole";
  }
  return value < field.min ? "min" : undefined;
}

/** What a job runs, in a word. */
export function programName(spec: TrainingSpec): string {
  return spec.program.kind === "builtin" ? spec.program.algorithm : (spec.program.command[0] ?? "");
}

/** Which rows a job reads, in a word: `digits v2 / default`. */
export function dataName(data: NonNullable<TrainingSpec["data"]>): string {
  const version = data.version == null ? "" : ` v${data.version}`;
  return data.dataset + version + (data.split == null ? "" : ` / ${data.split}`);
}

/** The words of a command line, one a line. */
export function commandWords(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
