import { checked } from "./http";

/** A tensor of the Open Inference Protocol v2. */
export interface Tensor {
  name: string;
  datatype: string;
  shape: number[];
  data: (number | string | boolean)[];
}

/** An answer of the Open Inference Protocol v2, and how long it took from here. */
export interface Prediction {
  model_name: string;
  model_version?: string;
  outputs: Tensor[];
  milliseconds: number;
}

/** Where a service answers inference requests. */
export function inferPath(serviceUrl: string, model: string): string {
  return `${serviceUrl}/v2/models/${encodeURIComponent(model)}/infer`;
}

/** Sends one inference request. */
export async function predict(serviceUrl: string, model: string, inputs: Tensor[]): Promise<Prediction> {
  const begin = performance.now();
  const response = await checked(inferPath(serviceUrl, model), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ inputs }),
  });
  const body = (await response.json()) as Omit<Prediction, "milliseconds">;
  return { ...body, milliseconds: performance.now() - begin };
}
