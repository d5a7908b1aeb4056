import { useReducer } from "react";
import type { LogLine } from "@/ui";
import { useEventStream } from "./useEventStream";

/** A piece of output as the server tells it; `offset` counts bytes in the stream of one attempt. */
export interface LogPiece {
  stream: "stdout" | "stderr";
  attempt?: number;
  offset: number;
  text: string;
}

export interface LogState {
  lines: readonly LogLine[];
  /** How far each stream is read, in bytes, so that a stream that begins again adds nothing twice. */
  read: Readonly<Record<string, number>>;
  /** Streams whose last line has no line feed yet, with the index of that line. */
  open: Readonly<Record<string, number>>;
}

export const EMPTY_LOG: LogState = { lines: [], read: {}, open: {} };

/** The log with one more piece. Pieces cut lines anywhere; the two streams may interleave. */
export function appendLog(state: LogState, piece: LogPiece): LogState {
  const source = `${piece.attempt ?? 1}/${piece.stream}`;
  const length = new TextEncoder().encode(piece.text).length;
  if (piece.offset + length <= (state.read[source] ?? 0)) {
    return state;
  }
  const texts = piece.text.split("\n");
  const ended = texts.at(-1) === "";
  if (ended) {
    texts.pop();
  }
  const lines = [...state.lines];
  const unfinished = state.open[source];
  for (const [index, text] of texts.entries()) {
    const before = index === 0 && unfinished !== undefined ? lines[unfinished] : undefined;
    if (before !== undefined && unfinished !== undefined) {
      lines[unfinished] = { ...before, text: before.text + text };
    } else {
      lines.push({ key: `${source}/${piece.offset}/${index}`, stream: piece.stream, text });
    }
  }
  const open = { ...state.open };
  if (ended) {
    Reflect.deleteProperty(open, source);
  } else {
    open[source] = texts.length === 1 && unfinished !== undefined ? unfinished : lines.length - 1;
  }
  return { lines, read: { ...state.read, [source]: piece.offset + length }, open };
}

/** The output of a program, live while it runs; `path` is the stream to follow, and belongs to the key of the component. */
export function useLogStream(path: string) {
  const [log, append] = useReducer(appendLog, EMPTY_LOG);
  const stream = useEventStream(path, (event) => {
    if (event.event === "log") {
      append(JSON.parse(event.data) as LogPiece);
    }
  });
  return { lines: log.lines, ...stream };
}
