import { describe, expect, it, vi } from "vitest";
import { problem, stubBackend } from "@/test/backend";
import { EventParser, follow } from "./sse";
import type { ServerEvent } from "./sse";

const stream = (text: string) => new Response(text, { headers: { "Content-Type": "text/event-stream" } });

describe("the event parser", () => {
  it("reads events however the stream is cut", () => {
    const text = ': hello\r\nid: 7\r\nevent: log\r\ndata: {"a":\r\ndata: 1}\r\n\r\ndata: bare\n\n';
    const whole = new EventParser().push(text);
    expect(whole).toEqual([
      { id: "7", event: "log", data: '{"a":\n1}' },
      { id: "7", event: "message", data: "bare" },
    ]);
    for (let cut = 0; cut <= text.length; cut++) {
      const parser = new EventParser();
      expect([...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))]).toEqual(whole);
    }
  });

  it("makes no event of a blank line without data", () => {
    expect(new EventParser().push("event: state\n\n:\n\n")).toEqual([]);
  });
});

describe("following a stream", () => {
  it("takes a broken line up again after the last event", async () => {
    let calls = 0;
    const requests = stubBackend({
      "GET /api/v1/x": () =>
        ++calls === 1 ? stream("id: 1.5.0\nevent: log\ndata: a\n\n") : stream("id: 1.9.0\nevent: end\ndata: {}\n\n"),
    });
    const events: ServerEvent[] = [];
    const connection: boolean[] = [];
    await follow("/api/v1/x", {
      signal: new AbortController().signal,
      endEvent: "end",
      onEvent: (event) => events.push(event),
      onConnection: (connected) => connection.push(connected),
    });
    expect(events.map((event) => event.event)).toEqual(["log", "end"]);
    expect(connection).toEqual([true, false, true]);
    expect(requests.map((request) => request.headers.get("Last-Event-ID"))).toEqual([null, "1.5.0"]);
  });

  it("gives up at a refusal that waiting cannot mend", async () => {
    stubBackend({ "GET /api/v1/x": problem(404, "NOT_FOUND", "no such job") });
    const following = follow("/api/v1/x", { signal: new AbortController().signal, onEvent: vi.fn() });
    await expect(following).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("ends quietly when it is stopped", async () => {
    const abort = new AbortController();
    stubBackend({ "GET /api/v1/x": problem(503, "DATABASE_UNAVAILABLE", "away") });
    const following = follow("/api/v1/x", {
      signal: abort.signal,
      onEvent: vi.fn(),
      onConnection: (connected) => {
        if (!connected) {
          abort.abort();
        }
      },
    });
    await expect(following).resolves.toBeUndefined();
  });
});
