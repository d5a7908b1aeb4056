import { useEffect, useEffectEvent, useState } from "react";
import { ApiError } from "@/api/errors";
import { follow } from "@/api/sse";
import type { ServerEvent } from "@/api/sse";

/** How it stands with a followed stream. */
export type StreamState = "idle" | "connecting" | "open" | "ended" | "failed";

/**
 * Follows a server-sent stream as long as the component is there; `path` null follows nothing. Returns how it stands, and the
 * refusal if there was one.
 */
export function useEventStream(path: string | null, onEvent: (event: ServerEvent) => void) {
  const [result, setResult] = useState<{ path: string; state: StreamState; error?: ApiError } | null>(null);
  const handle = useEffectEvent(onEvent);

  useEffect(() => {
    if (path === null) {
      return;
    }
    const abort = new AbortController();
    follow(path, {
      signal: abort.signal,
      endEvent: "end",
      onEvent: (event) => handle(event),
      onConnection: (connected) => setResult({ path, state: connected ? "open" : "connecting" }),
    }).then(
      () => {
        if (!abort.signal.aborted) {
          setResult({ path, state: "ended" });
        }
      },
      (error: unknown) => setResult({ path, state: "failed", error: ApiError.of(error) }),
    );
    return () => abort.abort();
  }, [path]);

  if (path === null) {
    return { state: "idle" as StreamState, error: undefined };
  }
  return result?.path === path
    ? { state: result.state, error: result.error }
    : { state: "connecting" as StreamState, error: undefined };
}
