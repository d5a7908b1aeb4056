import { describe, expect, it } from "vitest";
import { span, spans } from "@/test/traces";
import { barOf, lengthOf, rowsOf } from "./tree";

const names = (collapsed: string[] = []) =>
  rowsOf(spans, new Set(collapsed)).map((row) => "·".repeat(row.level - 1) + row.span.name);

describe("the tree of spans", () => {
  it("has each span below the one that it is a part of, the earliest first", () => {
    expect(names()).toEqual(["answer", "·search", "·chat", "··look up"]);
  });

  it("leaves out what is below a collapsed one", () => {
    expect(names(["cc"])).toEqual(["answer", "·search", "·chat"]);
    expect(names(["aa"])).toEqual(["answer"]);
  });

  it("tells each row's place among its siblings", () => {
    const [root, , chat] = rowsOf(spans, new Set());
    expect(root).toMatchObject({ position: 1, siblings: 1, children: 2 });
    expect(chat).toMatchObject({ position: 2, siblings: 2, children: 1 });
  });

  it("has what lost its parent at the top", () => {
    const orphans = [span("x", "never told", "x", 0, 1), span("y", "y", "y", 1, 2)];
    expect(rowsOf(orphans, new Set()).map((row) => row.level)).toEqual([1, 1]);
  });

  it("shows spans that are below each other in a circle", () => {
    const circle = [span("x", "y", "x", 0, 1), span("y", "x", "y", 1, 2), span("z", "y", "z", 1, 2)];
    expect(rowsOf(circle, new Set()).map((row) => [row.span.id, row.level])).toEqual([
      ["x", 1],
      ["y", 2],
      ["z", 3],
    ]);
  });

  it("holds a chain that is deeper than a stack", () => {
    const chain = Array.from({ length: 20_000 }, (_, index) =>
      span(String(index), index === 0 ? undefined : String(index - 1), "s", index, index + 1),
    );
    expect(rowsOf(chain, new Set()).at(-1)?.level).toBe(20_000);
  });
});

describe("the bars", () => {
  it("are shares of the whole", () => {
    const whole = [span("a", undefined, "a", 0, 200), span("b", "a", "b", 50, 150)];
    expect(barOf(whole[1] ?? fail(), lengthOf(whole))).toEqual({ from: 0.25, share: 0.5 });
  });

  it("reach to the end while the span goes on", () => {
    const whole = [span("a", undefined, "a", 0), span("b", "a", "b", 50, 100)];
    expect(barOf(whole[0] ?? fail(), lengthOf(whole))).toEqual({ from: 0, share: 1 });
  });

  it("are of a length also when nothing took time", () => {
    expect(lengthOf([])).toBe(1);
    expect(barOf(span("a", undefined, "a", 0, 0), 1)).toEqual({ from: 0, share: 0 });
  });
});

function fail(): never {
  throw new Error("no such span");
}
