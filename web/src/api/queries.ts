/** Every read of the interface, as options of TanStack Query; the first parts of the keys name the resource. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, checked, data } from "./http";
import { paged, pagesOf } from "./paging";
import type { PageQuery } from "./paging";
import type { Dataset, Model, EvaluationJob, InferenceService, JobState, Run, TraceState, TrainingJob } from "./types";

/** As many hits as a list of choices shows; whoever looks for more types more. */
const ENOUGH = 50;

const ENDED: ReadonlySet<JobState> = new Set<JobState>(["SUCCEEDED", "FAILED", "CANCELLED"]);

/** Whether a job's state can still change by itself. */
export function isLive(state: JobState): boolean {
  return !ENDED.has(state);
}

const liveJob = (job: TrainingJob | EvaluationJob) => isLive(job.state);
const settling = (service: InferenceService) => service.state === "DEPLOYING" || service.state === "DEGRADED";
const liveRun = (run: Run) => run.status === "RUNNING" || run.status === "SCHEDULED";

export const me = queryOptions({
  queryKey: ["me"],
  queryFn: () => data(api.GET("/api/v1/auth/me")),
  staleTime: 60_000,
});

export const overview = queryOptions({
  queryKey: ["overview"],
  queryFn: () => data(api.GET("/api/v1/overview")),
  refetchInterval: 5000,
});

export const apiKeys = paged(["api-keys"], (query) => data(api.GET("/api/v1/api-keys", { params: { query } })));

export const webhooks = paged(["webhooks", "list"], (query) =>
  data(api.GET("/api/v1/webhooks", { params: { query } })),
);

/** What a webhook was told lately, or is to be told. */
export const deliveries = (id: string) =>
  paged(
    ["webhooks", "deliveries", id],
    (query) => data(api.GET("/api/v1/webhooks/{id}/deliveries", { params: { path: { id }, query } })),
    { busy: (delivery) => delivery.state === "PENDING" },
  );

export const nodes = queryOptions({
  queryKey: ["nodes"],
  queryFn: () => data(api.GET("/api/v1/resources/nodes")),
  refetchInterval: 5000,
});

// Data

export const datasets = (q = "") =>
  paged(["datasets", "list", q], (query) =>
    data(api.GET("/api/v1/datasets", { params: { query: q === "" ? query : { ...query, q } } })),
  );

/** The dataset of a name, or of an id, as jobs refer to it; null when there is none. */
export const datasetByName = (reference: string) =>
  queryOptions({
    queryKey: ["datasets", "named", reference],
    queryFn: () => findDataset(reference),
    enabled: reference !== "",
  });

/** The search is by part of the name, so a common name may be on a later page of what is found. */
export async function findDataset(reference: string): Promise<Dataset | null> {
  if (/^ds_[0-9a-f]{32}$/.test(reference)) {
    return data(api.GET("/api/v1/datasets/{id}", { params: { path: { id: reference } } }));
  }
  const pages = pagesOf((query) =>
    data(api.GET("/api/v1/datasets", { params: { query: { ...query, q: reference } } })),
  );
  for await (const items of pages) {
    const found = items.find((one) => one.name === reference);
    if (found !== undefined) {
      return found;
    }
  }
  return null;
}

export const dataset = (id: string) =>
  queryOptions({
    queryKey: ["datasets", id],
    queryFn: () => data(api.GET("/api/v1/datasets/{id}", { params: { path: { id } } })),
  });

export const datasetVersions = (id: string) =>
  paged(["datasets", id, "versions"], (query) =>
    data(api.GET("/api/v1/datasets/{id}/versions", { params: { path: { id }, query } })),
  );

export const datasetVersion = (id: string, number: number) =>
  queryOptions({
    queryKey: ["datasets", id, "versions", number],
    queryFn: () => data(api.GET("/api/v1/datasets/{id}/versions/{number}", { params: { path: { id, number } } })),
    staleTime: Infinity,
    enabled: number > 0,
  });

export const preview = (id: string, number: number, limit = 50) =>
  queryOptions({
    queryKey: ["datasets", id, "versions", number, "preview", limit],
    queryFn: () =>
      data(
        api.GET("/api/v1/datasets/{id}/versions/{number}/preview", {
          params: { path: { id, number }, query: { limit } },
        }),
      ),
    staleTime: Infinity,
    enabled: number > 0,
  });

export const splits = (id: string, number: number) =>
  queryOptions({
    queryKey: ["datasets", id, "versions", number, "splits"],
    queryFn: () =>
      data(api.GET("/api/v1/datasets/{id}/versions/{number}/splits", { params: { path: { id, number } } })),
    enabled: id !== "" && number > 0,
  });

// Training

export const jobs = (state?: JobState) =>
  paged(
    ["jobs", "list", state ?? null],
    (query) =>
      data(api.GET("/api/v1/training/jobs", { params: { query: state === undefined ? query : { ...query, state } } })),
    { busy: liveJob },
  );

export const job = (id: string) =>
  queryOptions({
    queryKey: ["jobs", id],
    queryFn: () => data(api.GET("/api/v1/training/jobs/{id}", { params: { path: { id } } })),
    refetchInterval: (query) => (query.state.data !== undefined && isLive(query.state.data.state) ? 2000 : false),
  });

/** Why a job waits, and how many are before it. */
export const waiting = (id: string) =>
  queryOptions({
    queryKey: ["jobs", id, "waiting"],
    queryFn: () => data(api.GET("/api/v1/training/jobs/{id}/explain", { params: { path: { id } } })),
    refetchInterval: 2000,
  });

export const jobEventsPath = (id: string) => `/api/v1/training/jobs/${id}/events`;

// Workloads

export const workloadLogPath = (id: string) => `/api/v1/workloads/${id}/logs/stream`;

// Experiments

export const experiments = paged(["experiments", "list"], (query) =>
  data(api.GET("/api/v1/experiments", { params: { query } })),
);

export const experiment = (id: string) =>
  queryOptions({
    queryKey: ["experiments", id],
    queryFn: () => data(api.GET("/api/v1/experiments/{id}", { params: { path: { id } } })),
  });

export const runs = (experimentId: string) =>
  paged(
    ["runs", "list", experimentId],
    (query) => data(api.GET("/api/v1/runs", { params: { query: { ...query, experimentId } } })),
    { busy: liveRun },
  );

export const run = (id: string) =>
  queryOptions({
    queryKey: ["runs", id],
    queryFn: () => data(api.GET("/api/v1/runs/{id}", { params: { path: { id } } })),
    refetchInterval: (query) => (query.state.data !== undefined && liveRun(query.state.data) ? 2000 : false),
  });

export const lineage = (runId: string, live: boolean) =>
  queryOptions({
    queryKey: ["runs", runId, "lineage"],
    queryFn: () => data(api.GET("/api/v1/runs/{id}/lineage", { params: { path: { id: runId } } })),
    refetchInterval: live ? 5000 : false,
  });

/** What of an experiment's traces is asked for. */
export interface TraceFilter {
  state?: TraceState | undefined;
  run?: string | undefined;
  text?: string | undefined;
}

export const traces = (experimentId: string, filter: TraceFilter = {}) =>
  paged(["traces", "list", experimentId, filter], (query) =>
    data(
      api.GET("/api/v1/experiments/{id}/traces", {
        params: { path: { id: experimentId }, query: { ...query, ...filter } },
      }),
    ),
  );

export const trace = (id: string) =>
  queryOptions({
    queryKey: ["traces", id],
    queryFn: () => data(api.GET("/api/v1/traces/{id}", { params: { path: { id } } })),
    refetchInterval: (query) => (query.state.data?.summary.state === "IN_PROGRESS" ? 2000 : false),
  });

export const metric = (runId: string, key: string, live: boolean) =>
  queryOptions({
    queryKey: ["runs", runId, "metrics", key],
    queryFn: () =>
      data(
        api.GET("/api/v1/runs/{id}/metrics/{key}", {
          params: { path: { id: runId, key }, query: { maxPoints: 1000 } },
        }),
      ),
    refetchInterval: live ? 2000 : false,
  });

const artifactPage = (id: string) => (query: PageQuery) =>
  data(api.GET("/api/v1/runs/{id}/artifacts", { params: { path: { id }, query } }));

export const artifacts = (runId: string) => paged(["runs", runId, "artifacts"], artifactPage(runId));

/** The paths of all files of a run, however many pages they fill. */
export const artifactPaths = (runId: string) =>
  queryOptions({
    queryKey: ["runs", runId, "artifact-paths"],
    queryFn: async () => {
      const paths: string[] = [];
      for await (const page of pagesOf(artifactPage(runId))) {
        paths.push(...page.map((file) => file.path));
      }
      return paths;
    },
  });

export const artifactPath = (runId: string, path: string) =>
  `/api/v1/runs/${runId}/artifacts/content?path=${encodeURIComponent(path)}`;

/** The `model.json` that a training left beside its model; null when there is none. */
export const modelDescription = (runId: string | null) =>
  queryOptions({
    queryKey: ["runs", runId, "model.json"],
    queryFn: async () => {
      const id = runId ?? "";
      for await (const page of pagesOf(artifactPage(id))) {
        const file = page.find((one) => /(^|\/)model\.json$/.test(one.path));
        if (file !== undefined) {
          return (await (await checked(artifactPath(id, file.path))).json()) as Record<string, unknown>;
        }
      }
      return null;
    },
    enabled: runId !== null,
    staleTime: Infinity,
  });

// Evaluation

export const evaluations = paged(
  ["evaluations", "list"],
  (query) => data(api.GET("/api/v1/evaluation/jobs", { params: { query } })),
  { busy: liveJob },
);

export const evaluation = (id: string) =>
  queryOptions({
    queryKey: ["evaluations", id],
    queryFn: () => data(api.GET("/api/v1/evaluation/jobs/{id}", { params: { path: { id } } })),
    refetchInterval: (query) => (query.state.data !== undefined && isLive(query.state.data.state) ? 1500 : false),
  });

// Registry

export const models = paged(["models", "list"], (query) => data(api.GET("/api/v1/models", { params: { query } })));

/** Models whose name has a text in it. The registry does not search, so its pages are read until there are enough. */
export const modelsNamed = (part: string) =>
  queryOptions({
    queryKey: ["models", "named", part],
    queryFn: async () => {
      const found: Model[] = [];
      for await (const items of pagesOf((query) => data(api.GET("/api/v1/models", { params: { query } })))) {
        found.push(...items.filter((one) => one.name.toLowerCase().includes(part.toLowerCase())));
        if (found.length >= ENOUGH) {
          break;
        }
      }
      return found;
    },
    placeholderData: keepPreviousData,
  });

export const model = (name: string) =>
  queryOptions({
    queryKey: ["models", name],
    queryFn: () => data(api.GET("/api/v1/models/{name}", { params: { path: { name } } })),
  });

export const modelVersions = (name: string) =>
  paged(
    ["models", name, "versions"],
    (query) => data(api.GET("/api/v1/models/{name}/versions", { params: { path: { name }, query } })),
    { enabled: name !== "" },
  );

export const modelVersion = (name: string, number: number) =>
  queryOptions({
    queryKey: ["models", name, "versions", number],
    queryFn: () => data(api.GET("/api/v1/models/{name}/versions/{number}", { params: { path: { name, number } } })),
  });

// Serving

export const services = paged(
  ["services", "list"],
  (query) => data(api.GET("/api/v1/inference/services", { params: { query } })),
  { busy: settling },
);

export const service = (id: string) =>
  queryOptions({
    queryKey: ["services", id],
    queryFn: () => data(api.GET("/api/v1/inference/services/{id}", { params: { path: { id } } })),
    refetchInterval: (query) => (query.state.data !== undefined && settling(query.state.data) ? 1000 : 5000),
  });
