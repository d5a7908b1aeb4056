import { ApiError } from "./errors";
import { checked } from "./http";

/** One server-sent event. */
export interface ServerEvent {
  id: string | undefined;
  event: string;
  data: string;
}

/**
 * Cuts a stream of text into events, as the HTML standard reads `text/event-stream`: any line ending, comments skipped, data
 * lines joined, an event only at a blank line.
 */
export class EventParser {
  private rest = "";
  private id: string | undefined;
  private event = "";
  private lines: string[] = [];

  push(text: string): ServerEvent[] {
    const found: ServerEvent[] = [];
    this.rest += text;
    let match: RegExpExecArray | null;
    // A carriage return at the very end may be half of a CRLF, so it waits for what follows.
    while ((match = /\r\n|\n|\r(?!$)/.exec(this.rest)) !== null) {
      const line = this.rest.slice(0, match.index);
      this.rest = this.rest.slice(match.index + match[0].length);
      const done = this.line(line);
      if (done !== null) {
        found.push(done);
      }
    }
    return found;
  }

  private line(line: string): ServerEvent | null {
    if (line === "") {
      const done = { id: this.id, event: this.event === "" ? "message" : this.event, data: this.lines.join("\n") };
      const empty = this.lines.length === 0;
      this.event = "";
      this.lines = [];
      return empty ? null : done;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") {
      this.lines.push(value);
    } else if (field === "event") {
      this.event = value;
    } else if (field === "id" && !value.includes("\0")) {
      this.id = value;
    }
    return null;
  }
}

/** How a stream is followed. */
export interface StreamOptions {
  signal: AbortSignal;
  onEvent: (event: ServerEvent) => void;
  /** Told when the line breaks (false) and when it is there again (true). */
  onConnection?: (connected: boolean) => void;
  /** The event after which nothing follows; the stream is then closed for good. */
  endEvent?: string;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/**
 * Follows a server-sent stream until its end event or until `signal` aborts. A broken line is taken up again with
 * `Last-Event-ID`, waiting longer each time; a refusal that waiting cannot mend is thrown.
 */
export async function follow(path: string, options: StreamOptions): Promise<void> {
  let lastId: string | undefined;
  let wait = FIRST_WAIT_MS;
  const stopped = () => options.signal.aborted;
  while (!stopped()) {
    try {
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      if (lastId !== undefined) {
        headers["Last-Event-ID"] = lastId;
      }
      const response = await checked(path, { headers, signal: options.signal });
      options.onConnection?.(true);
      for await (const event of read(response)) {
        lastId = event.id ?? lastId;
        wait = FIRST_WAIT_MS;
        options.onEvent(event);
        if (event.event === options.endEvent) {
          return;
        }
      }
    } catch (error) {
      if (stopped()) {
        return;
      }
      if (error instanceof ApiError && !error.transient) {
        throw error;
      }
    }
    options.onConnection?.(false);
    await pause(wait * (0.75 + Math.random() / 2), options.signal);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

async function* read(response: Response): AsyncGenerator<ServerEvent> {
  if (response.body === null) {
    return;
  }
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventParser();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) {
        return;
      }
      yield* parser.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
