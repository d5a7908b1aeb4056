import { expect } from "@playwright/test";
import type { Page } from "@playwright/test";
import { account } from "./support";

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });

const said = (role: string, content: string) => ({ role, content });

/** The spans of an assistant that searches, asks a model, and whose tool fails; as OpenTelemetry has them, ended now. */
function spans(traceId: string) {
  const begin = Date.now() - 2000;
  const nanos = (millis: number) => `${begin + millis}000000`;
  const span = (
    id: string,
    parent: string,
    name: string,
    type: string,
    from: number,
    to: number,
    ...more: object[]
  ) => ({
    traceId,
    spanId: id.repeat(16),
    parentSpanId: parent.repeat(16),
    name,
    startTimeUnixNano: nanos(from),
    endTimeUnixNano: nanos(to),
    attributes: [text("mlflow.spanType", type), ...more],
  });
  return [
    span("a", "", "answer", "AGENT", 0, 1840, text("mlflow.spanInputs", '{"question": "Which digit is the hardest?"}')),
    span("b", "a", "search reports", "RETRIEVER", 20, 300),
    span(
      "c",
      "a",
      "chat",
      "CHAT_MODEL",
      320,
      1790,
      text(
        "mlflow.spanInputs",
        JSON.stringify({ messages: [said("system", "Be short."), said("user", "Which digit is the hardest?")] }),
      ),
      text("mlflow.spanOutputs", JSON.stringify({ choices: [{ message: said("assistant", "The eight.") }] })),
    ),
    { ...span("d", "c", "look_up", "TOOL", 900, 960), status: { code: 2, message: "no such table" } },
  ];
}

/** Tells of a trace as a program would, and returns its id. */
export async function tellTrace(page: Page, experimentId: string, runId: string): Promise<string> {
  const login = await page.request.post("/api/v1/auth/login", {
    data: { email: account.email, password: account.password },
  });
  const { accessToken } = (await login.json()) as { accessToken: string };
  const headers = { Authorization: `Bearer ${accessToken}` };
  const experiment = await page.request.get(`/api/v1/experiments/${experimentId}`, { headers });
  const { number } = (await experiment.json()) as { number: number };
  const traceId = Date.now().toString(16).padStart(32, "0");
  const answer = await page.request.post("/v1/traces", {
    headers: {
      ...headers,
      "x-mlflow-experiment-id": String(number),
      "x-mlflow-run-id": runId.replace("run_", ""),
    },
    data: { resourceSpans: [{ scopeSpans: [{ spans: spans(traceId) }] }] },
  });
  expect(answer.status()).toBe(200);
  return `tr-${traceId}`;
}
