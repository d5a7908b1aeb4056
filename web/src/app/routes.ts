import { createRootRouteWithContext, createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import type { QueryClient } from "@tanstack/react-query";
import { settleProject } from "@/api/project";
import { me } from "@/api/queries";
import { restore, signedIn } from "@/api/session";
import type { JobState, TraceState } from "@/api/types";
import { choiceParam, countParam, placeOf, textParam } from "@/lib/search";
import { BareRouteError, NotFoundPage, RootLayout } from "./root";
import { JOB_STATES, TRACE_STATES } from "./states";

type Raw = Record<string, unknown>;

const DATASET_TABS = ["schema", "preview", "splits", "files"] as const;
const JOB_TABS = ["log", "metrics", "artifacts", "attempts", "spec"] as const;
const EVALUATION_TABS = ["report", "log"] as const;
const EXPERIMENT_TABS = ["runs", "traces"] as const;
const SPAN_TABS = ["inputs", "outputs", "attributes", "events"] as const;
type DatasetTab = (typeof DATASET_TABS)[number];
type JobTab = (typeof JOB_TABS)[number];
type EvaluationTab = (typeof EVALUATION_TABS)[number];
type ExperimentTab = (typeof EXPERIMENT_TABS)[number];
type SpanTab = (typeof SPAN_TABS)[number];

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: RootLayout,
  notFoundComponent: NotFoundPage,
  errorComponent: BareRouteError,
});

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (raw: Raw): { next?: string } => ({ next: textParam(raw, "next") }),
  component: lazyRouteComponent(() => import("@/features/auth/LoginPage"), "LoginPage"),
});

const gallery = createRoute({
  getParentRoute: () => root,
  path: "/gallery",
  component: lazyRouteComponent(() => import("@/features/gallery/GalleryPage"), "GalleryPage"),
});

/**
 * Everything behind the login; an unknown visitor is sent there and comes back afterwards. The project is settled before
 * anything is asked in it.
 */
const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  beforeLoad: async ({ context, location }) => {
    if (signedIn() === null && (await restore()) === null) {
      throw redirect({ to: "/login", search: { next: placeOf(location) } });
    }
    const { memberships } = await context.queryClient.query({ ...me, staleTime: "static" });
    settleProject(memberships.flatMap((membership) => membership.projects));
  },
  component: lazyRouteComponent(() => import("./shell/AppShell"), "AppShell"),
  errorComponent: BareRouteError,
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/overview/OverviewPage"), "OverviewPage"),
});

const datasets = createRoute({
  getParentRoute: () => shell,
  path: "/datasets",
  validateSearch: (raw: Raw): { q?: string; create?: true } => ({
    q: textParam(raw, "q"),
    create: raw.create === true ? true : undefined,
  }),
  component: lazyRouteComponent(() => import("@/features/datasets/DatasetsPage"), "DatasetsPage"),
});

const dataset = createRoute({
  getParentRoute: () => shell,
  path: "/datasets/$id",
  validateSearch: (raw: Raw): { version?: number; tab?: DatasetTab } => ({
    version: countParam(raw, "version"),
    tab: choiceParam(raw, "tab", DATASET_TABS),
  }),
  component: lazyRouteComponent(() => import("@/features/datasets/DatasetPage"), "DatasetPage"),
});

const jobs = createRoute({
  getParentRoute: () => shell,
  path: "/jobs",
  validateSearch: (raw: Raw): { state?: JobState; create?: true; dataset?: string; split?: string } => ({
    state: choiceParam(raw, "state", JOB_STATES),
    create: raw.create === true ? true : undefined,
    dataset: textParam(raw, "dataset"),
    split: textParam(raw, "split"),
  }),
  component: lazyRouteComponent(() => import("@/features/jobs/JobsPage"), "JobsPage"),
});

const job = createRoute({
  getParentRoute: () => shell,
  path: "/jobs/$id",
  validateSearch: (raw: Raw): { tab?: JobTab } => ({
    tab: choiceParam(raw, "tab", JOB_TABS),
  }),
  component: lazyRouteComponent(() => import("@/features/jobs/JobPage"), "JobPage"),
});

const experiments = createRoute({
  getParentRoute: () => shell,
  path: "/experiments",
  component: lazyRouteComponent(() => import("@/features/experiments/ExperimentsPage"), "ExperimentsPage"),
});

const experiment = createRoute({
  getParentRoute: () => shell,
  path: "/experiments/$id",
  validateSearch: (raw: Raw): { tab?: ExperimentTab; state?: TraceState; q?: string } => ({
    tab: choiceParam(raw, "tab", EXPERIMENT_TABS),
    state: choiceParam(raw, "state", TRACE_STATES),
    q: textParam(raw, "q"),
  }),
  component: lazyRouteComponent(() => import("@/features/experiments/ExperimentPage"), "ExperimentPage"),
});

const run = createRoute({
  getParentRoute: () => shell,
  path: "/runs/$id",
  component: lazyRouteComponent(() => import("@/features/experiments/RunPage"), "RunPage"),
});

const trace = createRoute({
  getParentRoute: () => shell,
  path: "/traces/$id",
  validateSearch: (raw: Raw): { span?: string; tab?: SpanTab } => ({
    span: textParam(raw, "span"),
    tab: choiceParam(raw, "tab", SPAN_TABS),
  }),
  component: lazyRouteComponent(() => import("@/features/traces/TracePage"), "TracePage"),
});

const evaluations = createRoute({
  getParentRoute: () => shell,
  path: "/evaluations",
  validateSearch: (raw: Raw): { create?: true } => ({ create: raw.create === true ? true : undefined }),
  component: lazyRouteComponent(() => import("@/features/evaluations/EvaluationsPage"), "EvaluationsPage"),
});

const evaluation = createRoute({
  getParentRoute: () => shell,
  path: "/evaluations/$id",
  validateSearch: (raw: Raw): { tab?: EvaluationTab } => ({
    tab: choiceParam(raw, "tab", EVALUATION_TABS),
  }),
  component: lazyRouteComponent(() => import("@/features/evaluations/EvaluationPage"), "EvaluationPage"),
});

const models = createRoute({
  getParentRoute: () => shell,
  path: "/models",
  component: lazyRouteComponent(() => import("@/features/models/ModelsPage"), "ModelsPage"),
});

const model = createRoute({
  getParentRoute: () => shell,
  path: "/models/$name",
  component: lazyRouteComponent(() => import("@/features/models/ModelPage"), "ModelPage"),
});

const services = createRoute({
  getParentRoute: () => shell,
  path: "/services",
  component: lazyRouteComponent(() => import("@/features/services/ServicesPage"), "ServicesPage"),
});

const service = createRoute({
  getParentRoute: () => shell,
  path: "/services/$id",
  component: lazyRouteComponent(() => import("@/features/services/ServicePage"), "ServicePage"),
});

const nodes = createRoute({
  getParentRoute: () => shell,
  path: "/nodes",
  component: lazyRouteComponent(() => import("@/features/platform/NodesPage"), "NodesPage"),
});

const apiKeys = createRoute({
  getParentRoute: () => shell,
  path: "/api-keys",
  component: lazyRouteComponent(() => import("@/features/platform/ApiKeysPage"), "ApiKeysPage"),
});

const webhooks = createRoute({
  getParentRoute: () => shell,
  path: "/webhooks",
  component: lazyRouteComponent(() => import("@/features/webhooks/WebhooksPage"), "WebhooksPage"),
});

export const routeTree = root.addChildren([
  login,
  gallery,
  shell.addChildren([
    overview,
    datasets,
    dataset,
    jobs,
    job,
    experiments,
    experiment,
    run,
    trace,
    evaluations,
    evaluation,
    models,
    model,
    services,
    service,
    nodes,
    apiKeys,
    webhooks,
  ]),
]);
