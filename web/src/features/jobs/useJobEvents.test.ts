import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { metric } from "@/api/queries";
import type { ServerEvent } from "@/api/sse";
import { receive } from "./useJobEvents";

const point = (step: number) => ({ step, timestamp: step, value: step / 10 });
const told = (step: number): ServerEvent => ({
  id: String(step),
  event: "metric",
  data: JSON.stringify({ key: "loss", ...point(step) }),
});

describe("a metric's event", () => {
  const { queryKey } = metric("run_1", "loss", true);

  it("adds its point, once, to what was fetched", () => {
    const client = new QueryClient();
    client.setQueryData(queryKey, { key: "loss", points: [point(1)] });
    receive(client, "job_1", "run_1", told(2));
    receive(client, "job_1", "run_1", told(2));
    expect(client.getQueryData(queryKey)).toEqual({ key: "loss", points: [point(1), point(2)] });
  });

  it("does not pass for the whole history before the first fetch", () => {
    const client = new QueryClient();
    receive(client, "job_1", "run_1", told(40));
    expect(client.getQueryData(queryKey)).toBeUndefined();
  });
});
