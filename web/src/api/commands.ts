/** Every change the interface asks for, as plain functions for mutations. Creates that can be sent twice carry an idempotency key. */
import { ApiError } from "./errors";
import { api, data, idempotent } from "./http";
import { accept } from "./session";
import { uploadFile } from "./uploads";
import type { UploadOptions } from "./uploads";
import type {
  EvaluationSpec,
  Project,
  ServiceSpec,
  SplitDefinition,
  TrainingSpec,
  Webhook,
  WebhookEvent,
} from "./types";

export interface Credentials {
  email: string;
  password: string;
}

export async function login(credentials: Credentials) {
  return accept(await data(api.POST("/api/v1/auth/login", { body: credentials })));
}

export async function register(registration: Credentials & { name: string }) {
  return accept(await data(api.POST("/api/v1/auth/register", { body: registration })));
}

export function createProject(organizationId: string, name: string) {
  return data(
    api.POST("/api/v1/orgs/{id}/projects", {
      params: { path: { id: organizationId }, header: idempotent() },
      body: { name },
    }),
  );
}

export function changeProject(project: Project, change: { internetAccess: boolean }) {
  return data(
    api.PATCH("/api/v1/orgs/{id}/projects/{project}", {
      params: { path: { id: project.organizationId, project: project.id } },
      body: change,
    }),
  );
}

export function createApiKey(key: { name: string; scopes: string[]; expiresAt?: string }) {
  return data(api.POST("/api/v1/api-keys", { body: key }));
}

export async function revokeApiKey(id: string): Promise<void> {
  await api.DELETE("/api/v1/api-keys/{id}", { params: { path: { id } } });
}

export function createWebhook(webhook: { name: string; url: string; events: WebhookEvent[]; secret?: string }) {
  return data(api.POST("/api/v1/webhooks", { body: webhook }));
}

export function changeWebhook(id: string, change: { status: Webhook["status"] }) {
  return data(api.PATCH("/api/v1/webhooks/{id}", { params: { path: { id } }, body: change }));
}

/** Sends it an example. */
export function tryWebhook(id: string) {
  return data(api.POST("/api/v1/webhooks/{id}/test", { params: { path: { id } }, body: {} }));
}

export async function deleteWebhook(id: string): Promise<void> {
  await api.DELETE("/api/v1/webhooks/{id}", { params: { path: { id } } });
}

/** A new dataset, or a new version of one, out of one file of the user's. */
export interface NewData {
  dataset: { id: string } | { name: string; description?: string };
  file: File;
  labelColumn?: string;
}

/** What of a {@link NewData} is there already; trying again after a refusal goes on from it. */
export interface DataSoFar {
  upload?: { file: File; id: string };
}

/** A version that was made, and where it is. */
export interface AddedData {
  datasetId: string;
  number: number;
}

/** Uploads the file, unless it has been sent before, as `soFar` tells; a new dataset is made with it, or not at all. */
export async function addData(asked: NewData, soFar: DataSoFar, options: UploadOptions): Promise<AddedData> {
  if (soFar.upload?.file !== asked.file) {
    soFar.upload = { file: asked.file, id: await uploadFile(asked.file, options) };
  }
  const content = { uploads: [soFar.upload.id], ...(asked.labelColumn ? { labelColumn: asked.labelColumn } : {}) };
  const signal = options.signal ? { signal: options.signal } : {};
  if ("id" in asked.dataset) {
    const params = { path: { id: asked.dataset.id }, header: idempotent() };
    return data(api.POST("/api/v1/datasets/{id}/versions", { params, body: content, ...signal }));
  }
  const params = { header: idempotent() };
  const made = await data(api.POST("/api/v1/datasets", { params, body: { ...asked.dataset, ...content }, ...signal }));
  return { datasetId: made.id, number: made.latestVersion };
}

export async function deleteDataset(id: string, version: number): Promise<void> {
  await api.DELETE("/api/v1/datasets/{id}", { params: { path: { id }, header: { "If-Match": `"${version}"` } } });
}

export function createSplit(datasetId: string, number: number, definition: SplitDefinition) {
  return data(
    api.POST("/api/v1/datasets/{id}/versions/{number}/splits", {
      params: { path: { id: datasetId, number } },
      body: definition,
    }),
  );
}

export function submitJob(spec: TrainingSpec) {
  return data(api.POST("/api/v1/training/jobs", { params: { header: idempotent() }, body: spec }));
}

export function cancelJob(id: string) {
  return data(api.POST("/api/v1/training/jobs/{id}/cancel", { params: { path: { id } } }));
}

export function retryJob(id: string) {
  return data(api.POST("/api/v1/training/jobs/{id}/retry", { params: { path: { id } } }));
}

export function submitEvaluation(spec: EvaluationSpec) {
  return data(api.POST("/api/v1/evaluation/jobs", { params: { header: idempotent() }, body: spec }));
}

/** Which artifact of which run becomes a version of which model. */
export interface Registration {
  model: { name: string; isNew: boolean };
  runId: string;
  artifactPath: string;
  datasetVersionId?: string;
}

export async function registerModel({ model, runId, artifactPath, datasetVersionId }: Registration) {
  if (model.isNew) {
    await nameModel(model.name);
  }
  return data(
    api.POST("/api/v1/models/{name}/versions", {
      params: { path: { name: model.name }, header: idempotent() },
      body: { runId, artifactPath, ...(datasetVersionId ? { datasetVersionId } : {}) },
    }),
  );
}

/** A name that is there by now is as good: an earlier try has made it before its version was refused. */
async function nameModel(name: string): Promise<void> {
  try {
    await api.POST("/api/v1/models", { params: { header: idempotent() }, body: { name } });
  } catch (error) {
    if (ApiError.of(error).code !== "ALREADY_EXISTS") {
      throw error;
    }
  }
}

export function setAlias(name: string, alias: string, version: number) {
  return data(
    api.PUT("/api/v1/models/{name}/aliases/{alias}", { params: { path: { name, alias } }, body: { version } }),
  );
}

export async function removeAlias(name: string, alias: string): Promise<void> {
  await api.DELETE("/api/v1/models/{name}/aliases/{alias}", { params: { path: { name, alias } } });
}

export function deploy(spec: ServiceSpec) {
  return data(api.POST("/api/v1/inference/services", { params: { header: idempotent() }, body: spec }));
}

export async function deleteService(id: string): Promise<void> {
  await api.DELETE("/api/v1/inference/services/{id}", { params: { path: { id } } });
}
