/** A small project, as the API would tell of it. */
import type {
  ApiKey,
  ComputeNode,
  Dataset,
  DatasetVersion,
  EvaluationJob,
  Experiment,
  InferenceService,
  Model,
  ModelVersion,
  Overview,
  Run,
  RunLineage,
  Split,
  TrainingJob,
} from "@/api/types";
import { T0, at } from "./people";

export { me } from "./people";

const hash = (seed: string) => seed.repeat(64).slice(0, 64);

export const dataset: Dataset = {
  id: "ds_0190a1b2c3d40000000000000000aaaa",
  projectId: "prj_1",
  name: "digits",
  description: "Handwritten digits, 8 by 8 pixels",
  tags: ["images", "benchmark"],
  latestVersion: 2,
  createdAt: at(0),
  updatedAt: at(40),
  version: 3,
};

const PIXELS = Array.from({ length: 64 }, (_, index) => `pixel_${Math.floor(index / 8)}_${index % 8}`);

export const datasetVersion: DatasetVersion = {
  id: "dsv_0190a1b2c3d40000000000000000bbbb",
  datasetId: dataset.id,
  number: 2,
  digest: `sha256:${hash("3fa9c1")}`,
  rowCount: 1797,
  sizeBytes: 261_312,
  schema: [
    ...PIXELS.map((name, index) => ({
      name,
      type: "INTEGER" as const,
      nulls: index === 3 ? 12 : 0,
      min: "0",
      max: "16",
      distinct: 17,
    })),
    { name: "label", type: "INTEGER", nulls: 0, min: "0", max: "9", distinct: 10 },
  ],
  labelColumn: "label",
  files: [{ path: "digits.csv", sizeBytes: 261_312, sha256: hash("3fa9c1") }],
  createdAt: at(40),
  createdBy: "usr_1",
};

export const preview = {
  columns: [...PIXELS, "label"],
  rows: Array.from({ length: 8 }, (_, row) => [...PIXELS.map((_, x) => String((row * 7 + x * 5) % 17)), String(row)]),
};

export const split: Split = {
  id: "spl_1",
  definition: { name: "default", seed: 42, stratifyBy: "label", parts: { train: 0.8, test: 0.2 } },
  parts: [
    { name: "train", rowCount: 1437, path: "train.csv", sha256: hash("81d0"), sizeBytes: 209_000 },
    { name: "test", rowCount: 360, path: "test.csv", sha256: hash("c47e"), sizeBytes: 52_000 },
  ],
};

export const job: TrainingJob = {
  id: "job_0190a1b2c3d40000000000000000cccc",
  name: "digits-logistic-regression",
  state: "SUCCEEDED",
  spec: {
    name: "digits-logistic-regression",
    program: {
      kind: "builtin",
      algorithm: "logistic-regression",
      params: { epochs: 30, learning_rate: 0.1, batch_size: 16, seed: 42 },
    },
    data: { dataset: "digits", version: 2, split: "default", labelColumn: "label" },
    resources: { cpus: 1, memoryBytes: 1_073_741_824, gpus: 0 },
    timeout: "PT10M",
    retries: 0,
    env: {},
    experiment: "digits",
  },
  workloadId: "wkl_1",
  runId: "run_0190a1b2c3d40000000000000000dddd",
  experimentId: "exp_0190a1b2c3d40000000000000000eeee",
  datasetVersionId: datasetVersion.id,
  attempts: [
    {
      id: "att_1",
      executor: "local",
      number: 1,
      state: "SUCCEEDED",
      node: "local",
      exitCode: 0,
      startedAt: at(62),
      endedAt: at(68),
      warnings: ["3 lines of its events were ignored, the first because it is not a JSON object"],
    },
  ],
  createdAt: at(60),
  queuedAt: at(60),
  startedAt: at(62),
  endedAt: at(68),
  version: 5,
};

export const runningJob: TrainingJob = {
  ...job,
  id: "job_0190a1b2c3d40000000000000000c2c2",
  name: "digits-factorization-machine",
  state: "RUNNING",
  spec: {
    ...job.spec,
    name: "digits-factorization-machine",
    program: { kind: "builtin", algorithm: "factorization-machine", params: { epochs: 200, factors: 8, seed: 7 } },
  },
  attempts: [
    { id: "att_2", executor: "local", number: 1, state: "RUNNING", node: "local", startedAt: at(1150), warnings: [] },
  ],
  startedAt: at(1150),
  endedAt: undefined,
};

const killed = { code: "KILLED", message: "killed by SIGKILL (exit code 137)" };

export const failedJob: TrainingJob = {
  ...job,
  id: "job_0190a1b2c3d40000000000000000c3c3",
  name: "iris-baseline",
  state: "FAILED",
  reason: killed,
  attempts: job.attempts.map((one) => ({
    ...one,
    id: "att_3",
    state: "FAILED",
    exitCode: 137,
    reason: killed,
    warnings: [],
  })),
};

export const experiment: Experiment = {
  id: job.experimentId,
  number: 1,
  name: "digits",
  tags: { team: "vision" },
  createdAt: at(60),
  updatedAt: at(68),
  version: 1,
};

export const run: Run = {
  id: job.runId,
  experimentId: experiment.id,
  name: job.name,
  status: "FINISHED",
  version: 4,
  params: { algorithm: "logistic-regression", epochs: "30", learning_rate: "0.1", batch_size: "16", seed: "42" },
  metrics: {
    train_loss: { value: 0.1123, step: 30, timestamp: T0 + 68_000 },
    validation_accuracy: { value: 0.9694, step: 30, timestamp: T0 + 68_000 },
  },
  tags: { "trine.job": job.id },
  startedAt: at(62),
  endedAt: at(68),
};

export const lineage: RunLineage = {
  datasets: [
    {
      dataset: { name: "wine", digest: "a1b2c3d4", sourceType: "http", source: "{}" },
      tags: { "mlflow.data.context": "training" },
    },
  ],
  modelInputs: [{ id: "lm_0190a1b2c3d40000000000000000eeee", name: "teacher", step: 0 }],
  modelOutputs: [{ id: "lm_0190a1b2c3d40000000000000000ffff", name: "student", step: 7 }],
};

export const secondRun: Run = {
  ...run,
  id: "run_0190a1b2c3d40000000000000000d2d2",
  name: "digits-slow",
  params: { ...run.params, learning_rate: "0.01" },
  metrics: {
    train_loss: { value: 0.4711, step: 30, timestamp: T0 + 168_000 },
    validation_accuracy: { value: 0.9278, step: 30, timestamp: T0 + 168_000 },
  },
  startedAt: at(162),
  endedAt: at(171),
};

export function history(key: string) {
  const falling = key.includes("loss");
  return {
    key,
    points: Array.from({ length: 30 }, (_, index) => ({
      step: index + 1,
      timestamp: T0 + index * 200,
      value: falling ? 2.2 * Math.exp(-index / 6) + 0.11 : 0.97 - 0.6 * Math.exp(-index / 5),
    })),
  };
}

export const artifacts = [
  { path: "model/model.json", sizeBytes: 2211, sha256: hash("aa01") },
  { path: "model/model.onnx", sizeBytes: 4630, sha256: hash("bb02") },
];

const CLASSES = Array.from({ length: 10 }, (_, digit) => String(digit));

export const evaluation: EvaluationJob = {
  id: "evl_0190a1b2c3d40000000000000000ffff",
  state: "SUCCEEDED",
  spec: {
    model: { name: "digits", version: 1 },
    data: { dataset: "digits", version: 2, split: "default", part: "test", labelColumn: "label" },
  },
  workloadId: "wkl_2",
  modelDigest: hash("9be4"),
  datasetVersionId: datasetVersion.id,
  version: 3,
  report: {
    accuracy: 0.9694,
    macroF1: 0.9691,
    rows: 360,
    classes: CLASSES,
    confusionMatrix: CLASSES.map((_, row) =>
      CLASSES.map((_, column) => (row === column ? 35 : (row + column) % 9 === 4 ? 1 : 0)),
    ),
    perClass: CLASSES.map((label, index) => ({
      label,
      precision: 0.95 + index * 0.004,
      recall: 0.99 - index * 0.005,
      f1: 0.97,
      support: 36,
    })),
  },
  createdAt: at(200),
  startedAt: at(201),
  endedAt: at(204),
};

export const model: Model = {
  id: "mdl_1",
  name: "digits",
  description: "",
  latestVersion: 1,
  aliases: { champion: 1 },
  tags: {},
  version: 2,
  createdAt: at(100),
  updatedAt: at(110),
};

export const modelVersion: ModelVersion = {
  id: "mdv_1",
  name: "digits",
  version: 1,
  digest: `sha256:${hash("9be4")}`,
  format: "onnx",
  signature: {
    inputs: [{ name: "features", datatype: "FP32", shape: [-1, 64] }],
    outputs: [{ name: "probabilities", datatype: "FP32", shape: [-1, 10] }],
  },
  files: artifacts,
  runId: run.id,
  jobId: job.id,
  datasetVersionId: datasetVersion.id,
  aliases: ["champion"],
  description: "",
  stage: "NONE",
  tags: {},
  createdAt: at(110),
  updatedAt: at(110),
};

/** What the training wrote beside the model. */
export const modelDescription = { ...modelVersion.signature, classes: CLASSES, features: PIXELS };

export const service: InferenceService = {
  id: "svc_0190a1b2c3d40000000000000000abab",
  name: "digits",
  state: "READY",
  spec: { name: "digits", model: { name: "digits", alias: "champion" }, replicas: 2 },
  modelName: "digits",
  modelVersion: 1,
  replicas: [
    {
      id: "rep_0190a1b2c3d40000000000000000a1a1",
      state: "READY",
      workloadId: "wkl_11",
      createdAt: at(300),
      endpoint: "127.0.0.1:41233",
    },
    {
      id: "rep_0190a1b2c3d40000000000000000a2a2",
      state: "READY",
      workloadId: "wkl_12",
      createdAt: at(300),
      endpoint: "127.0.0.1:41237",
    },
  ],
  url: "/serve/default/digits",
  createdAt: at(300),
  updatedAt: at(302),
  version: 2,
};

export const prediction = {
  model_name: "digits",
  model_version: "1",
  outputs: [
    {
      name: "probabilities",
      datatype: "FP32",
      shape: [1, 10],
      data: [0.001, 0.002, 0.01, 0.951, 0.003, 0.012, 0.001, 0.004, 0.011, 0.005],
    },
  ],
};

export const node: ComputeNode = {
  id: "nod_1",
  name: "local",
  executor: "local",
  state: "READY",
  capacity: { cpus: 8, memoryBytes: 17_179_869_184, gpus: 0 },
  free: { cpus: 5, memoryBytes: 12_884_901_888, gpus: 0 },
  sandbox: "bubblewrap",
  labels: { os: "linux", arch: "amd64" },
  seenAt: at(1195),
};

export const apiKey: ApiKey = {
  id: "key_1",
  name: "ci",
  prefix: "trine_0190a1b2",
  organizationId: "org_1",
  scopes: ["inference:invoke", "jobs:write"],
  createdAt: at(10),
  expiresAt: new Date(Date.now() + 80 * 86_400_000).toISOString(),
};

function activity(id: string, seconds: number, action: string, subject: string, details: Record<string, string>) {
  return { id, at: at(seconds), action, subject, details, by: "usr_1" };
}

export const overview: Overview = {
  jobs: { QUEUED: 0, RUNNING: 1, SUCCEEDED: 6, FAILED: 1 },
  services: { READY: 1 },
  datasets: 1,
  models: 1,
  nodes: [node],
  activity: [
    activity("aud_4", 300, "inference.service.deploy", service.id, { name: "digits" }),
    activity("aud_3", 200, "evaluation.job.submit", evaluation.id, {}),
    activity("aud_2", 110, "model.version.register", "digits/1", {}),
    activity("aud_1", 60, "training.job.submit", job.id, { name: job.name }),
    activity("aud_0", 40, "dataset.version.create", datasetVersion.id, { dataset: dataset.id, number: "2" }),
  ],
};

/** The log of a job as server-sent events. */
export const logStream = [
  ...Array.from(
    { length: 30 },
    (_, epoch) => `epoch ${epoch + 1}/30 train_loss=${(2.2 * Math.exp(-epoch / 6) + 0.11).toFixed(4)}\n`,
  ),
  "wrote outputs/model/model.onnx (4630 bytes)\n",
]
  .reduce<{ text: string; offset: number }>(
    ({ text, offset }, line) => ({
      text: `${text}id: 1.${offset + line.length}.0\nevent: log\ndata: ${JSON.stringify({ stream: "stdout", attempt: 1, offset, text: line })}\n\n`,
      offset: offset + line.length,
    }),
    { text: "", offset: 0 },
  )
  .text.concat('id: 1.999.0\nevent: end\ndata: {"state":"SUCCEEDED"}\n\n');
