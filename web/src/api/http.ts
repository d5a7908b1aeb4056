import createClient from "openapi-fetch";
import { ApiError } from "./errors";
import { currentProject } from "./project";
import type { paths } from "./schema";
import { accessToken, restore, signedIn } from "./session";

/**
 * `fetch` as the logged-in user in the current project. A 401 is answered by one silent renewal and one retry; a broken line
 * becomes an {@link ApiError} with code `NETWORK`. The answer may still be a refusal: see {@link checked}. What one user asked
 * is never sent as another who has logged in meanwhile in another tab.
 */
export async function authorizedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input instanceof Request ? input : new URL(input, window.location.origin), init);
  const project = currentProject();
  if (project !== null && !request.headers.has("X-Trine-Project")) {
    request.headers.set("X-Trine-Project", project);
  }
  const user = signedIn()?.user.id;
  const stillTheSame = () => user === undefined || user === signedIn()?.user.id;
  const retry = request.clone();
  const token = await accessToken();
  if (token !== null && !stillTheSame()) {
    throw new ApiError({ status: 401, code: "UNAUTHENTICATED" });
  }
  const response = await send(request, token);
  if (response.status !== 401) {
    return response;
  }
  const renewed = await restore();
  return renewed === null || !stillTheSame() ? response : send(retry, renewed.accessToken);
}

/** Like {@link authorizedFetch}, and a refusal is thrown as {@link ApiError}. */
export async function checked(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await authorizedFetch(input, init);
  if (!response.ok) {
    throw await ApiError.from(response);
  }
  return response;
}

async function send(request: Request, token: string | null): Promise<Response> {
  if (token !== null) {
    request.headers.set("Authorization", `Bearer ${token}`);
  }
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) {
      throw error;
    }
    throw ApiError.of(error);
  }
}

/** The typed client of the whole API. */
export const api = createClient<paths>({
  baseUrl: typeof window === "undefined" ? "/" : window.location.origin,
  fetch: (request) => authorizedFetch(request),
});
api.use({
  onResponse: async ({ response }) => {
    if (!response.ok) {
      throw await ApiError.from(response);
    }
  },
});

/** The body of an answer that was not refused. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}

/** A key that makes a create safe to send twice. */
export function idempotent(): { "Idempotency-Key": string } {
  return { "Idempotency-Key": randomKey() };
}

function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Fetches a protected file and hands it to the browser's downloads. */
export async function download(path: string, filename: string): Promise<void> {
  const blob = await (await checked(path)).blob();
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = filename;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
