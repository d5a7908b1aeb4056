/*
 * The shape of the HTTP API, in the form openapi-typescript writes (`npm run generate:api`).
 */
type Json = Record<string, unknown>;

interface Answer<T> {
  headers: Record<string, unknown>;
  content: { "application/json": T };
}
interface Failure {
  headers: Record<string, unknown>;
  content: { "application/problem+json": components["schemas"]["Problem"] };
}
interface Parameters<Path, Query> {
  query?: Query;
  header?: { "Idempotency-Key"?: string; "If-Match"?: string };
  path: Path;
  cookie?: never;
}
interface ParametersNoPath<Query> {
  query?: Query;
  header?: { "Idempotency-Key"?: string; "If-Match"?: string };
  path?: never;
  cookie?: never;
}
type P<Path, Query> = [Path] extends [never] ? ParametersNoPath<Query> : Parameters<Path, Query>;
interface Read<T, Path = never, Query = never> {
  parameters: P<Path, Query>;
  requestBody?: never;
  responses: { 200: Answer<T>; default: Failure };
}
interface Write<Body, T, Path = never> {
  parameters: P<Path, never>;
  requestBody: { content: { "application/json": Body } };
  responses: { 200: Answer<T>; default: Failure };
}
interface Act<T, Path> {
  parameters: P<Path, never>;
  requestBody?: never;
  responses: { 200: Answer<T>; default: Failure };
}
interface Methods {
  get?: unknown;
  put?: unknown;
  post?: unknown;
  delete?: unknown;
  patch?: unknown;
}
type Ops<M extends Methods> = {
  parameters: { query?: never; header?: never; path?: never; cookie?: never };
} & { [K in "get" | "put" | "post" | "delete" | "patch"]: K extends keyof M ? M[K] : never };

type S = components["schemas"];
interface Paging {
  pageSize?: number;
  pageToken?: string;
}
interface PageOf<T> {
  items: T[];
  nextPageToken?: string | null;
}
interface Id {
  id: string;
}
interface VersionPath {
  id: string;
  number: number;
}

export interface paths {
  "/api/v1/auth/register": Ops<{ post: Write<{ email: string; password: string; name: string }, S["Session"]> }>;
  "/api/v1/auth/login": Ops<{ post: Write<{ email: string; password: string }, S["Session"]> }>;
  "/api/v1/auth/refresh": Ops<{ post: Write<{ refreshToken: string }, S["Session"]> }>;
  "/api/v1/auth/logout": Ops<{ post: Write<{ refreshToken: string }, never> }>;
  "/api/v1/auth/me": Ops<{ get: Read<S["Me"]> }>;
  "/api/v1/orgs": Ops<{ post: Write<{ name: string }, S["Organization"]> }>;
  "/api/v1/orgs/{id}/projects": Ops<{ post: Write<{ name: string; slug?: string }, S["Project"], Id> }>;
  "/api/v1/api-keys": Ops<{
    get: Read<PageOf<S["ApiKey"]>, never, Paging>;
    post: Write<{ name: string; scopes: string[]; expiresAt?: string }, S["ApiKey"]>;
  }>;
  "/api/v1/api-keys/{id}": Ops<{ delete: Act<never, Id> }>;
  "/api/v1/datasets": Ops<{
    get: Read<PageOf<S["Dataset"]>, never, Paging & { q?: string; tag?: string }>;
    post: Write<{ name: string; description?: string; tags?: string[] }, S["Dataset"]>;
  }>;
  "/api/v1/datasets/{id}": Ops<{ get: Read<S["Dataset"], Id>; delete: Act<never, Id> }>;
  "/api/v1/datasets/{id}/versions": Ops<{
    get: Read<PageOf<S["DatasetVersion"]>, Id, Paging>;
    post: Write<{ uploads: string[]; labelColumn?: string }, S["DatasetVersion"], Id>;
  }>;
  "/api/v1/datasets/{id}/versions/{number}": Ops<{ get: Read<S["DatasetVersion"], VersionPath> }>;
  "/api/v1/datasets/{id}/versions/{number}/preview": Ops<{ get: Read<S["Preview"], VersionPath, { limit?: number }> }>;
  "/api/v1/datasets/{id}/versions/{number}/splits": Ops<{
    get: Read<{ items: S["Split"][] }, VersionPath>;
    post: Write<S["SplitDefinition"], S["Split"], VersionPath>;
  }>;
  "/api/v1/training/jobs": Ops<{
    get: Read<PageOf<S["TrainingJob"]>, never, Paging & { state?: S["JobState"] }>;
    post: Write<S["TrainingSpec"], S["TrainingJob"]>;
  }>;
  "/api/v1/training/jobs/{id}": Ops<{ get: Read<S["TrainingJob"], Id> }>;
  "/api/v1/training/jobs/{id}/cancel": Ops<{ post: Act<S["TrainingJob"], Id> }>;
  "/api/v1/training/jobs/{id}/retry": Ops<{ post: Act<S["TrainingJob"], Id> }>;
  "/api/v1/training/jobs/{id}/explain": Ops<{ get: Read<S["Waiting"], Id> }>;
  "/api/v1/experiments": Ops<{ get: Read<PageOf<S["Experiment"]>, never, Paging> }>;
  "/api/v1/experiments/{id}": Ops<{ get: Read<S["Experiment"], Id> }>;
  "/api/v1/runs": Ops<{ get: Read<PageOf<S["Run"]>, never, Paging & { experimentId?: string }> }>;
  "/api/v1/runs/{id}": Ops<{ get: Read<S["Run"], Id> }>;
  "/api/v1/runs/{id}/metrics/{key}": Ops<{
    get: Read<S["MetricHistory"], { id: string; key: string }, { maxPoints?: number }>;
  }>;
  "/api/v1/runs/{id}/artifacts": Ops<{ get: Read<{ items: S["ArtifactFile"][] }, Id, { path?: string }> }>;
  "/api/v1/evaluation/jobs": Ops<{
    get: Read<PageOf<S["EvaluationJob"]>, never, Paging>;
    post: Write<S["EvaluationSpec"], S["EvaluationJob"]>;
  }>;
  "/api/v1/evaluation/jobs/{id}": Ops<{ get: Read<S["EvaluationJob"], Id> }>;
  "/api/v1/models": Ops<{
    get: Read<PageOf<S["Model"]>, never, Paging>;
    post: Write<{ name: string; description?: string }, S["Model"]>;
  }>;
  "/api/v1/models/{name}": Ops<{ get: Read<S["Model"], { name: string }> }>;
  "/api/v1/models/{name}/versions": Ops<{
    get: Read<PageOf<S["ModelVersion"]>, { name: string }, Paging>;
    post: Write<
      { runId: string; artifactPath?: string; datasetVersionId?: string },
      S["ModelVersion"],
      { name: string }
    >;
  }>;
  "/api/v1/models/{name}/aliases/{alias}": Ops<{
    put: Write<{ version: number }, S["ModelVersion"], { name: string; alias: string }>;
    delete: Act<never, { name: string; alias: string }>;
  }>;
  "/api/v1/inference/services": Ops<{
    get: Read<PageOf<S["InferenceService"]>, never, Paging>;
    post: Write<S["ServiceSpec"], S["InferenceService"]>;
  }>;
  "/api/v1/inference/services/{id}": Ops<{ get: Read<S["InferenceService"], Id>; delete: Act<never, Id> }>;
  "/api/v1/resources/nodes": Ops<{ get: Read<{ items: S["ComputeNode"][] }> }>;
  "/api/v1/overview": Ops<{ get: Read<S["Overview"]> }>;
}

export interface components {
  schemas: {
    Problem: {
      type?: string;
      title?: string;
      status: number;
      detail?: string;
      code?: string;
      requestId?: string;
      violations?: { field: string; message: string }[];
    };
    User: { id: string; email: string; name: string };
    Session: { user: S["User"]; accessToken: string; refreshToken: string; expiresIn: number };
    Organization: { id: string; name: string; slug: string };
    Project: { id: string; name: string; slug: string; organizationId?: string };
    Membership: { organization: S["Organization"]; role: string; projects: S["Project"][] };
    Me: { user: S["User"]; memberships: S["Membership"][] };
    ApiKey: {
      id: string;
      name: string;
      prefix: string;
      scopes: string[];
      createdAt: string;
      expiresAt?: string | null;
      secret?: string | null;
    };
    Dataset: {
      id: string;
      projectId: string;
      name: string;
      description: string;
      tags: string[];
      latestVersion: number;
      createdAt: string;
      updatedAt: string;
      version: number;
    };
    Column: {
      name: string;
      type: "INTEGER" | "NUMBER" | "STRING" | "BOOLEAN" | "TIMESTAMP";
      nulls: number;
      min?: string | null;
      max?: string | null;
      distinct?: number | null;
    };
    DatasetFile: { path: string; sizeBytes: number; sha256: string };
    DatasetVersion: {
      id: string;
      datasetId: string;
      number: number;
      digest: string;
      rowCount: number;
      sizeBytes: number;
      schema: S["Column"][];
      labelColumn?: string | null;
      files: S["DatasetFile"][];
      createdAt: string;
      createdBy: string;
    };
    Preview: { columns: string[]; rows: string[][] };
    SplitDefinition: { name: string; seed: number; stratifyBy?: string | null; parts: Record<string, number> };
    Split: {
      id: string;
      definition: S["SplitDefinition"];
      parts: { name: string; rowCount: number; path: string; sha256: string; sizeBytes?: number }[];
    };
    JobState: "QUEUED" | "STARTING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLING" | "CANCELLED";
    Reason: { code: string; message: string };
    Attempt: {
      number: number;
      state: S["JobState"];
      node?: string | null;
      exitCode?: number | null;
      reason?: S["Reason"] | null;
      startedAt?: string | null;
      endedAt?: string | null;
    };
    Resources: { cpus?: number | null; memoryBytes?: number | null; gpus?: number | null };
    TrainingProgram:
      | { kind: "builtin"; algorithm: string; params?: Record<string, unknown> | null }
      | { kind: "command"; command: string[]; code?: string[] | null };
    TrainingSpec: {
      name: string;
      program: S["TrainingProgram"];
      data?: {
        dataset: string;
        version?: number | null;
        split?: string | null;
        labelColumn?: string | null;
      } | null;
      resources?: S["Resources"] | null;
      timeout?: string | null;
      retries?: number | null;
      env?: Record<string, string> | null;
      experiment?: string | null;
    };
    TrainingJob: {
      id: string;
      name: string;
      state: S["JobState"];
      reason?: S["Reason"] | null;
      spec: S["TrainingSpec"];
      workloadId: string;
      runId: string;
      experimentId: string;
      datasetVersionId?: string | null;
      attempts: S["Attempt"][];
      createdAt: string;
      queuedAt: string;
      startedAt?: string | null;
      endedAt?: string | null;
      version: number;
    };
    Experiment: {
      id: string;
      name: string;
      tags: Record<string, string>;
      createdAt: string;
      updatedAt: string;
      version: number;
    };
    Run: {
      id: string;
      experimentId: string;
      name: string;
      status: "RUNNING" | "SCHEDULED" | "FINISHED" | "FAILED" | "KILLED";
      params: Record<string, string>;
      metrics: Record<string, { value: number; step: number; timestamp: number }>;
      tags: Record<string, string>;
      startedAt: string;
      endedAt?: string | null;
    };
    Point: { step: number; timestamp: number; value: number };
    MetricHistory: { key: string; points: S["Point"][] };
    ArtifactFile: { path: string; sizeBytes: number; sha256: string };
    EvaluationSpec: {
      model: {
        name?: string | null;
        version?: number | null;
        alias?: string | null;
        runId?: string | null;
        artifactPath?: string | null;
      };
      data: {
        dataset: string;
        version?: number | null;
        split?: string | null;
        part?: string | null;
        labelColumn?: string | null;
      };
    };
    EvaluationReport: {
      accuracy: number;
      macroF1: number;
      rows: number;
      classes: string[];
      confusionMatrix: number[][];
      perClass: { label: string; precision: number; recall: number; f1: number; support: number }[];
    };
    EvaluationJob: {
      id: string;
      state: S["JobState"];
      reason?: S["Reason"] | null;
      spec: S["EvaluationSpec"];
      workloadId: string;
      datasetVersionId?: string;
      report?: S["EvaluationReport"] | null;
      createdAt: string;
      startedAt?: string | null;
      endedAt?: string | null;
    };
    Model: {
      id: string;
      name: string;
      description: string;
      latestVersion: number;
      aliases: Record<string, number>;
      createdAt: string;
      updatedAt: string;
    };
    ModelVersion: {
      id: string;
      name: string;
      version: number;
      digest: string;
      format: string;
      signature: Json;
      files?: { path: string; sizeBytes: number; sha256: string }[];
      runId?: string | null;
      jobId?: string | null;
      datasetVersionId?: string | null;
      aliases: string[];
      createdAt: string;
    };
    ServiceSpec: {
      name: string;
      model: { name: string; version?: number | null; alias?: string | null };
      replicas?: number | null;
      resources?: S["Resources"] | null;
    };
    Replica: {
      id: string;
      workloadId?: string;
      state: "STARTING" | "READY" | "FAILED" | "STOPPED";
      reason?: S["Reason"] | null;
      endpoint?: string | null;
      createdAt?: string;
      readyAt?: string | null;
    };
    InferenceService: {
      id: string;
      name: string;
      state: "DEPLOYING" | "READY" | "DEGRADED" | "FAILED" | "STOPPED";
      reason?: S["Reason"] | null;
      spec?: S["ServiceSpec"];
      modelName: string;
      modelVersion: number;
      replicas: S["Replica"][];
      url: string;
      createdAt: string;
      updatedAt?: string;
      version: number;
    };
    ComputeNode: {
      id: string;
      name: string;
      executor: string;
      state: "READY" | "LOST";
      capacity: { cpus: number; memoryBytes: number; gpus: number };
      free: { cpus: number; memoryBytes: number; gpus: number };
      sandbox: string;
      labels: Record<string, string>;
      seenAt?: string;
    };
    Activity: {
      id: string;
      at: string;
      action: string;
      subject: string;
      details: Record<string, string>;
      by: string;
    };
    Waiting: {
      state: S["JobState"];
      position?: number | null;
      waiting?: number | null;
      reason?: string | null;
    };
    Overview: {
      jobs: Record<string, number>;
      services: Record<string, number>;
      datasets: number;
      models: number;
      nodes: S["ComputeNode"][];
      activity: S["Activity"][];
    };
  };
}
