import { useQueryClient } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { job, jobEventsPath, metric, run } from "@/api/queries";
import type { ServerEvent } from "@/api/sse";
import type { MetricPoint } from "@/api/types";
import { useEventStream } from "@/lib/useEventStream";

/** Keeps a job, its run and its metrics true while it lives, by the events the server sends. */
export function useJobEvents(jobId: string, runId: string, live: boolean) {
  const queryClient = useQueryClient();
  return useEventStream(live ? jobEventsPath(jobId) : null, (event) => receive(queryClient, jobId, runId, event));
}

/** Lets an event change what is cached. */
export function receive(queryClient: QueryClient, jobId: string, runId: string, event: ServerEvent): void {
  if (event.event === "metric") {
    const { key, step, timestamp, value } = JSON.parse(event.data) as MetricPoint;
    // before the first fetch there is nothing to add to: what is fetched has this point, and all before it
    queryClient.setQueryData(metric(runId, key, true).queryKey, (old) =>
      old === undefined || old.points.some((point) => point.step === step)
        ? old
        : { key, points: [...old.points, { step, timestamp, value }] },
    );
    queryClient.setQueryData(run(runId).queryKey, (old) =>
      old === undefined ? old : { ...old, metrics: { ...old.metrics, [key]: { value, step, timestamp } } },
    );
    return;
  }
  void queryClient.invalidateQueries({ queryKey: job(jobId).queryKey, exact: true });
  if (event.event === "end") {
    void queryClient.invalidateQueries({ queryKey: run(runId).queryKey });
    void queryClient.invalidateQueries({ queryKey: ["jobs", "list"] });
  }
}
