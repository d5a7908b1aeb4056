import { api, data } from "@/api/http";
import { findDataset } from "@/api/queries";
import type { ModelVersion } from "@/api/types";
import type { Signature } from "./signature";

/** A row of the data a model was trained on, in the order of its features, and what the right answer is. */
export interface SampleRow {
  values: number[];
  label: string | undefined;
}

/** Takes a random row out of the first fifty of the training data; undefined when the way back to the data is not recorded. */
export async function sampleRow(version: ModelVersion, signature: Signature): Promise<SampleRow | undefined> {
  if (version.jobId == null) {
    return undefined;
  }
  const job = await data(api.GET("/api/v1/training/jobs/{id}", { params: { path: { id: version.jobId } } }));
  const reference = job.spec.data;
  if (reference == null) {
    return undefined;
  }
  const dataset = await findDataset(reference.dataset);
  if (dataset === null) {
    return undefined;
  }
  const path = { id: dataset.id, number: reference.version ?? dataset.latestVersion };
  const [table, details] = await Promise.all([
    data(api.GET("/api/v1/datasets/{id}/versions/{number}/preview", { params: { path, query: { limit: 50 } } })),
    data(api.GET("/api/v1/datasets/{id}/versions/{number}", { params: { path } })),
  ]);
  const row = table.rows[Math.floor(Math.random() * table.rows.length)];
  if (row === undefined) {
    return undefined;
  }
  const label = reference.labelColumn ?? details.labelColumn ?? undefined;
  const features =
    signature.features.length > 0 ? signature.features : table.columns.filter((column) => column !== label);
  return {
    values: features.map((name) => Number(row[table.columns.indexOf(name)])),
    label: label === undefined ? undefined : row[table.columns.indexOf(label)],
  };
}
