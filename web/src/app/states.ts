import type { JobState } from "@/api/types";

/** The states jobs are listed by. `CANCELLING` is too short to look for. */
export const JOB_STATES: readonly JobState[] = ["QUEUED", "STARTING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"];
