/** A `fetch` that answers like the API from fixed data, and remembers what it was asked. */
import { vi } from "vitest";
import * as fixtures from "./fixtures";
import * as tracing from "./traces";
import * as hooks from "./webhooks";

export type Answer = unknown;
export type Handler = (request: Request) => Answer;

/** Method and path (`*` for one segment, query ignored) to an answer: JSON, a `Response`, or a function of the request. */
export type Routes = Record<string, Answer>;

const list = (...items: unknown[]) => ({ items, nextPageToken: null });

/** A project in which everything is there once. */
export const project: Routes = {
  "POST /api/v1/auth/refresh": session(),
  "POST /api/v1/auth/login": session(),
  "POST /api/v1/auth/logout": new Response(null, { status: 204 }),
  "GET /api/v1/auth/me": fixtures.me,
  "GET /api/v1/overview": fixtures.overview,
  "GET /api/v1/api-keys": list(fixtures.apiKey),
  "GET /api/v1/webhooks": list(hooks.webhook, hooks.disabledWebhook),
  "GET /api/v1/webhooks/*/deliveries": list(hooks.delivery, hooks.failedDelivery),
  "GET /api/v1/resources/nodes": list(fixtures.node),
  "GET /api/v1/datasets": list(fixtures.dataset),
  "GET /api/v1/datasets/*": fixtures.dataset,
  "GET /api/v1/datasets/*/versions": list(fixtures.datasetVersion, { ...fixtures.datasetVersion, number: 1 }),
  "GET /api/v1/datasets/*/versions/*": fixtures.datasetVersion,
  "GET /api/v1/datasets/*/versions/*/preview": fixtures.preview,
  "GET /api/v1/datasets/*/versions/*/splits": list(fixtures.split),
  "GET /api/v1/training/jobs": list(fixtures.runningJob, fixtures.job, fixtures.failedJob),
  "GET /api/v1/training/jobs/*": fixtures.job,
  "GET /api/v1/workloads/*/logs/stream": () => events(fixtures.logStream),
  "GET /api/v1/training/jobs/*/events": () => events('event: end\ndata: {"state":"SUCCEEDED"}\n\n'),
  "GET /api/v1/experiments": list(fixtures.experiment),
  "GET /api/v1/experiments/*": fixtures.experiment,
  "GET /api/v1/experiments/*/traces": list(tracing.trace, tracing.failedTrace),
  "GET /api/v1/traces/*": tracing.traceDetails,
  "GET /api/v1/runs": list(fixtures.run, fixtures.secondRun),
  "GET /api/v1/runs/*": fixtures.run,
  "GET /api/v1/runs/*/metrics/*": (request: Request) =>
    fixtures.history(decodeURIComponent(new URL(request.url).pathname.split("/").at(-1) ?? "")),
  "GET /api/v1/runs/*/lineage": fixtures.lineage,
  "GET /api/v1/runs/*/artifacts/content": fixtures.modelDescription,
  "GET /api/v1/runs/*/artifacts": { items: fixtures.artifacts },
  "GET /api/v1/evaluation/jobs": list(fixtures.evaluation),
  "GET /api/v1/evaluation/jobs/*": fixtures.evaluation,
  "GET /api/v1/models": list(fixtures.model),
  "GET /api/v1/models/*": fixtures.model,
  "GET /api/v1/models/*/versions": list(fixtures.modelVersion),
  "GET /api/v1/models/*/versions/*": fixtures.modelVersion,
  "GET /api/v1/inference/services": list(fixtures.service),
  "GET /api/v1/inference/services/*": fixtures.service,
  "GET /api/v1/training/jobs/*/explain": {
    state: "QUEUED",
    position: 2,
    waiting: 3,
    reason: "No node has 4 CPUs free.",
  },
  "POST /serve/*/*/v2/models/*/infer": fixtures.prediction,
};

/** A project in which there is nothing yet. */
export const emptyProject: Routes = {
  ...project,
  ...Object.fromEntries(
    Object.keys(project)
      .filter((route) => Array.isArray((project[route] as { items?: unknown } | null)?.items))
      .map((route) => [route, list()]),
  ),
  "GET /api/v1/overview": { jobs: {}, services: {}, datasets: 0, models: 0, nodes: [], activity: [] },
};

function session() {
  return { user: fixtures.me.user, accessToken: "access-1", refreshToken: "refresh-2", expiresIn: 900 };
}

function events(text: string): Response {
  return new Response(text, { headers: { "Content-Type": "text/event-stream" } });
}

/** A refusal as the API writes it. */
export function problem(status: number, code: string, detail: string, violations: object[] = []): Response {
  return new Response(JSON.stringify({ status, code, detail, requestId: "req_1", violations }), {
    status,
    headers: { "Content-Type": "application/problem+json" },
  });
}

/** Puts the answers in place of the network; returns the requests made, newest last. */
export function stubBackend(routes: Routes = project): Request[] {
  const requests: Request[] = [];
  const patterns = Object.entries(routes)
    .map(([route, answer]) => ({ expression: new RegExp(`^${route.replaceAll("*", "[^/]+")}$`), answer }))
    .sort((a, b) => b.expression.source.length - a.expression.source.length);
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const request =
      input instanceof Request ? input : new Request(new URL(String(input), window.location.origin), init);
    request.signal.throwIfAborted();
    requests.push(request.clone());
    const name = `${request.method} ${new URL(request.url).pathname}`;
    const found = patterns.find(({ expression }) => expression.test(name));
    if (found === undefined) {
      return problem(404, "NOT_FOUND", `no answer for ${name}`);
    }
    const answer: unknown =
      typeof found.answer === "function" ? await (found.answer as Handler)(request) : found.answer;
    return answer instanceof Response
      ? answer.clone()
      : new Response(JSON.stringify(answer), { headers: { "Content-Type": "application/json" } });
  });
  return requests;
}
