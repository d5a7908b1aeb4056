import type { Tensor } from "@/api/predict";

/** A tensor a model takes or gives; -1 stands for any number of rows. */
export interface TensorSpec {
  name: string;
  datatype: string;
  shape: number[];
}

/** What a model's signature tells, as far as it tells it. */
export interface Signature {
  inputs: TensorSpec[];
  outputs: TensorSpec[];
  classes: string[];
  features: string[];
}

function list<T>(value: unknown): T[] {
  return Array.isArray(value) ? (value as T[]) : [];
}

/** Reads a signature, or the description a training leaves beside its model. */
export function signatureOf(raw: Record<string, unknown> = {}): Signature {
  return {
    inputs: list<TensorSpec>(raw.inputs),
    outputs: list<TensorSpec>(raw.outputs),
    classes: list<unknown>(raw.classes).map(String),
    features: list<string>(raw.features),
  };
}

/** How many values a row of an input has. */
export function rowWidth(input: TensorSpec): number {
  return input.shape.slice(1).reduce((product, size) => product * Math.max(1, size), 1);
}

/** A row of zeros for a model, as a start to edit from. */
export function zeros(input: TensorSpec): number[][] {
  return [Array.from({ length: rowWidth(input) }, () => 0)];
}

/** Rows typed by a user as a tensor. Throws a `SyntaxError` or `RangeError` that says what is wrong. */
export function tensorOf(input: TensorSpec, text: string): Tensor {
  const parsed: unknown = JSON.parse(text);
  const rows = Array.isArray(parsed) && !Array.isArray(parsed[0]) ? [parsed] : parsed;
  if (!Array.isArray(rows) || rows.length === 0 || !rows.every(Array.isArray)) {
    throw new SyntaxError("[[…], …]");
  }
  const width = rowWidth(input);
  const flat = (rows as unknown[][]).map((row) => row.flat(Infinity) as Tensor["data"]);
  const wrong = flat.find((row) => row.length !== width);
  if (wrong !== undefined) {
    throw new RangeError(`${wrong.length} ≠ ${width}`);
  }
  return {
    name: input.name,
    datatype: input.datatype,
    shape: [flat.length, ...input.shape.slice(1)],
    data: flat.flat(),
  };
}

/** A tensor's values by row. */
export function rowsOf(tensor: Tensor): Tensor["data"][] {
  const rows = tensor.shape[0] ?? 1;
  const width = rows === 0 ? 0 : tensor.data.length / rows;
  return Array.from({ length: rows }, (_, row) => tensor.data.slice(row * width, (row + 1) * width));
}
