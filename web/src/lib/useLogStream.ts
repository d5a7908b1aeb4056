import { useRef, useState } from "react";
import type { LogEvent } from "@/api/types";
import { LogBuffer } from "./logBuffer";
import { useEventStream } from "./useEventStream";

/** Pieces that come within this time are shown together. */
const BATCH_MS = 50;

/** The output of a program, live while it runs; `path` is the stream to follow, and belongs to the key of the component. */
export function useLogStream(path: string) {
  const [buffer] = useState(() => new LogBuffer());
  const [view, show] = useState(() => buffer.view());
  const waiting = useRef(false);
  const stream = useEventStream(path, (event) => {
    if (event.event !== "log" || !buffer.append(JSON.parse(event.data) as LogEvent) || waiting.current) {
      return;
    }
    waiting.current = true;
    setTimeout(() => {
      waiting.current = false;
      show(buffer.view());
    }, BATCH_MS);
  });
  return { ...view, ...stream };
}
