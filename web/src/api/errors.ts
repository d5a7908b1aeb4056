import type { ErrorCode, Problem, Violation } from "./types";

/** What went wrong where no problem document tells: on the way, or by the status alone. */
export type LocalCode = "NETWORK" | "ABORTED" | "UNEXPECTED" | `HTTP_${number}`;

/** What is known of a refusal; at best the whole problem document. */
export type Refusal = Pick<Problem, "status"> &
  Partial<Omit<Problem, "status" | "code">> & { code?: ErrorCode | LocalCode };

/**
 * A request that the platform refused, or that never reached it (`status` 0, code `NETWORK`). `code` is one of the closed set
 * of the API, or a {@link LocalCode}; `requestId` finds the request in the server's log.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: ErrorCode | LocalCode;
  readonly requestId: string | undefined;
  readonly violations: readonly Violation[];

  constructor(problem: Refusal, cause?: unknown) {
    super(problem.detail ?? problem.title ?? `HTTP ${problem.status}`, { cause });
    this.name = "ApiError";
    this.status = problem.status;
    this.code = problem.code ?? `HTTP_${problem.status}`;
    this.requestId = problem.requestId;
    this.violations = problem.violations ?? [];
  }

  /** The message about one field, by the field's path; a parent's message counts for its children. */
  violation(field: string): string | undefined {
    return this.violations.find((one) => one.field === field || field.startsWith(`${one.field}.`))?.message;
  }

  /** Whether asking again may help: the server was busy, away, or the line broke. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }

  /** Reads the problem document of a refused answer; anything else becomes an error by status alone. */
  static async from(response: Response): Promise<ApiError> {
    const requestId = response.headers.get("X-Request-Id") ?? undefined;
    try {
      const body = (await response.clone().json()) as Partial<Problem>;
      return new ApiError({ ...body, requestId: body.requestId ?? requestId, status: response.status });
    } catch {
      return new ApiError({ status: response.status, title: response.statusText, requestId });
    }
  }

  static of(error: unknown): ApiError {
    if (error instanceof ApiError) {
      return error;
    }
    const detail = error instanceof Error ? error.message : String(error);
    return new ApiError({ status: 0, code: error instanceof TypeError ? "NETWORK" : "UNEXPECTED", detail }, error);
  }
}
