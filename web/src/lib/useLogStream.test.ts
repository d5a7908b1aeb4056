import { describe, expect, it } from "vitest";
import { appendLog, EMPTY_LOG } from "./useLogStream";
import type { LogPiece } from "./useLogStream";

const pieces = (...all: [LogPiece["stream"], number, string][]) =>
  all.reduce((log, [stream, offset, text]) => appendLog(log, { stream, offset, text, attempt: 1 }), EMPTY_LOG);
const shown = (log: typeof EMPTY_LOG) => log.lines.map((line) => `${line.stream === "stderr" ? "!" : ""}${line.text}`);

describe("a log out of pieces", () => {
  it("joins a line that was cut", () => {
    expect(shown(pieces(["stdout", 0, "epoch 1\nepo"], ["stdout", 11, "ch 2\n"]))).toEqual(["epoch 1", "epoch 2"]);
  });

  it("keeps the two streams apart when one cuts into the other's line", () => {
    const log = pieces(["stdout", 0, "loss="], ["stderr", 0, "warning\n"], ["stdout", 5, "0.5\n"]);
    expect(shown(log)).toEqual(["loss=0.5", "!warning"]);
  });

  it("adds nothing twice when the stream begins again", () => {
    const once = pieces(["stdout", 0, "a\nb\n"]);
    expect(appendLog(once, { stream: "stdout", offset: 0, text: "a\nb\n", attempt: 1 })).toBe(once);
  });

  it("counts bytes, not characters", () => {
    const log = pieces(["stdout", 0, "\u6570\u636e\n"], ["stdout", 7, "next\n"]);
    expect(shown(log)).toEqual(["\u6570\u636e", "next"]);
  });

  it("keeps empty lines and the lines of another attempt", () => {
    const log = appendLog(pieces(["stdout", 0, "a\n\nb\n"]), {
      stream: "stdout",
      offset: 0,
      text: "again\n",
      attempt: 2,
    });
    expect(shown(log)).toEqual(["a", "", "b", "again"]);
  });
});
