/** Traces of a small assistant, as the API would tell of them. */
import type { Span, TraceAssessment, TraceDetails, TraceSummary } from "@/api/types";
import { experiment, run } from "./fixtures";
import { at } from "./people";

const MILLIS = 1_000_000;

export const trace: TraceSummary = {
  id: "tr-0190a1b2c3d40000000000000000abcd",
  experimentId: experiment.id,
  name: "answer",
  state: "OK",
  requestedAt: at(400),
  durationMillis: 1840,
  requestPreview: '{"question": "Which digit is the hardest?"}',
  responsePreview: "The eight.",
  tags: { "mlflow.traceName": "answer", team: "vision" },
  runs: [run.id],
  session: "chat-7",
  tokens: { input: 1200, output: 34, total: 1234 },
  assessments: [{ name: "correct", kind: "FEEDBACK", value: "true" }],
};

export const failedTrace: TraceSummary = {
  ...trace,
  id: "tr-0190a1b2c3d40000000000000000dcba",
  name: "answer with tools",
  state: "ERROR",
  tags: {},
  runs: [],
  session: undefined,
  tokens: undefined,
  assessments: [],
};

/** A span that lasts from one millisecond to another. */
export function span(id: string, parentId: string | undefined, name: string, from: number, to?: number): Span {
  return {
    id,
    parentId,
    name,
    type: "",
    status: "OK",
    startNanos: from * MILLIS,
    endNanos: to === undefined ? undefined : to * MILLIS,
    attributes: {},
    events: [],
  };
}

export const spans: Span[] = [
  {
    ...span("aa", undefined, "answer", 0, 1840),
    type: "AGENT",
    inputs: '{"question": "Which digit is the hardest?"}',
    outputs: "The eight.",
  },
  { ...span("bb", "aa", "search", 10, 260), type: "RETRIEVER", attributes: { index: "digits", k: '{"most": 3}' } },
  {
    ...span("cc", "aa", "chat", 300, 1800),
    type: "CHAT_MODEL",
    inputs: JSON.stringify({
      model: "small",
      messages: [
        { role: "system", content: "Be short." },
        { role: "user", content: [{ type: "text", text: "Which digit is the hardest?" }] },
      ],
    }),
    outputs: JSON.stringify({ choices: [{ message: { role: "assistant", content: "The eight." } }] }),
  },
  {
    ...span("dd", "cc", "look up", 900, 950),
    type: "TOOL",
    status: "ERROR",
    statusMessage: "no such table",
    events: [
      {
        name: "exception",
        atNanos: 940 * MILLIS,
        attributes: { "exception.type": "LookupError", "exception.stacktrace": "Traceback\n  line 7" },
      },
    ],
  },
];

const said: TraceAssessment = {
  id: "a-1",
  name: "correct",
  kind: "FEEDBACK",
  value: "true",
  sourceType: "HUMAN",
  sourceId: "ada@example.org",
  rationale: "As the report says.",
  metadata: {},
  valid: true,
  createdAt: at(500),
  updatedAt: at(500),
};

export const traceDetails: TraceDetails = {
  summary: trace,
  metadata: { "mlflow.trace.session": "chat-7" },
  assessments: [said, { ...said, id: "a-2", value: "false", rationale: undefined, spanId: "cc", valid: false }],
  spans,
};
