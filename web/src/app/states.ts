import type { JobState, TraceState } from "@/api/types";

/** The states jobs are listed by. `CANCELLING` is too short to look for. */
export const JOB_STATES: readonly JobState[] = ["QUEUED", "STARTING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"];

/** The states traces are listed by. */
export const TRACE_STATES: readonly TraceState[] = ["OK", "ERROR", "IN_PROGRESS"];
