import { describe, expect, it } from "vitest";
import type { LogEvent } from "@/api/types";
import { LogBuffer } from "./logBuffer";

type Piece = [stream: LogEvent["stream"], offset: number, text: string];

function bufferOf(...pieces: Piece[]): LogBuffer {
  const log = new LogBuffer();
  pieces.forEach(([stream, offset, text]) => log.append({ stream, offset, text, attempt: 1 }));
  return log;
}

const shown = (log: LogBuffer) => log.view().lines.map((line) => `${line.stream === "stderr" ? "!" : ""}${line.text}`);

describe("a log out of pieces", () => {
  it("joins a line that was cut", () => {
    expect(shown(bufferOf(["stdout", 0, "epoch 1\nepo"], ["stdout", 11, "ch 2\n"]))).toEqual(["epoch 1", "epoch 2"]);
    expect(shown(bufferOf(["stdout", 0, "a"], ["stdout", 1, "\nb\n"]))).toEqual(["a", "b"]);
  });

  it("keeps the two streams apart when one cuts into the other's line", () => {
    const log = bufferOf(["stdout", 0, "loss="], ["stderr", 0, "warning\n"], ["stdout", 5, "0.5\n"]);
    expect(shown(log)).toEqual(["loss=0.5", "!warning"]);
  });

  it("adds nothing twice when the stream begins again", () => {
    const log = bufferOf(["stdout", 0, "a\nb\n"]);
    expect(log.append({ stream: "stdout", offset: 0, text: "a\nb\n", attempt: 1 })).toBe(false);
    expect(shown(log)).toEqual(["a", "b"]);
  });

  it("counts bytes, not characters", () => {
    expect(shown(bufferOf(["stdout", 0, "\u6570\u636e\n"], ["stdout", 7, "next\n"]))).toEqual(["\u6570\u636e", "next"]);
  });

  it("keeps empty lines and the lines of another attempt", () => {
    const log = bufferOf(["stdout", 0, "a\n\nb\n"]);
    log.append({ stream: "stdout", offset: 0, text: "again\n", attempt: 2 });
    expect(shown(log)).toEqual(["a", "", "b", "again"]);
  });

  it("drops the oldest lines when there are too many, and goes on with a line that is open", () => {
    const log = new LogBuffer(4, 1);
    log.append({ stream: "stdout", offset: 0, text: "1\n2\n3\n4\n5", attempt: 1 });
    log.append({ stream: "stdout", offset: 9, text: "+\n", attempt: 1 });
    expect(shown(log)).toEqual(["3", "4", "5+"]);
    expect(log.view().dropped).toBe(2);
  });

  it("breaks a line that never ends", () => {
    const part = "x".repeat(60_000);
    const log = bufferOf(["stdout", 0, part], ["stdout", 60_000, part], ["stdout", 120_000, "\nend\n"]);
    expect(log.view().lines.map((line) => line.text.length)).toEqual([60_000, 60_000, 3]);
  });

  it("shows a view that later pieces do not change", () => {
    const log = bufferOf(["stdout", 0, "a\n"]);
    const before = log.view();
    log.append({ stream: "stdout", offset: 2, text: "b\n", attempt: 1 });
    expect(before.lines).toHaveLength(1);
  });
});
