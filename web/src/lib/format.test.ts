import { describe, expect, it } from "vitest";
import { formatBytes, formatDuration, formatMetric, formatNanos, formatRelative, shortHash, shortId } from "./format";

describe("figures for people", () => {
  it.each([
    [0, "0 B"],
    [1023, "1,023 B"],
    [1536, "1.5 KiB"],
    [261_312, "255 KiB"],
    [17_179_869_184, "16 GiB"],
  ])("%d bytes are %s", (bytes, text) => expect(formatBytes(bytes, "en")).toBe(text));

  it.each([
    [0, "0"],
    [0.96944, "0.9694"],
    [1e-7, "1.000e-7"],
    [1797, "1,797"],
    [NaN, "NaN"],
  ])("the metric %d reads %s", (value, text) => expect(formatMetric(value, "en")).toBe(text));

  it.each([
    [-5, "0 ms"],
    [820, "820 ms"],
    [4210, "4.2 s"],
    [59_999, "59.9 s"],
    [185_000, "3 m 05 s"],
    [7_620_000, "2 h 07 m"],
  ])("%d milliseconds are %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

  it.each([
    [-5, "0 ns"],
    [740, "740 ns"],
    [12_540, "12.5 µs"],
    [999_900, "999.9 µs"],
    [1_204_000, "1.20 ms"],
    [99_960_000, "100 ms"],
    [4_210_000_000, "4.2 s"],
  ])("%d nanoseconds are %s", (ns, text) => expect(formatNanos(ns)).toBe(text));

  it("tells how long ago in the user's language", () => {
    expect(formatRelative(0, 300_000, "en")).toBe("5 min. ago");
    expect(formatRelative(0, 300_000, "zh-CN")).toBe("5\u5206\u949f\u524d");
    expect(formatRelative(0, 200, "en")).toBe("now");
  });

  it("rounds to the nearest unit", () => {
    const days = 86_400_000;
    expect(formatRelative(90 * days - 1000, 0, "en")).toBe("in 3 mo.");
    expect(formatRelative(0, 3_599_900, "en")).toBe("1 hr. ago");
    expect(formatRelative(0, 80_000, "en")).toBe("1 min. ago");
    expect(formatRelative(370 * days, 0, "en")).toBe("next yr.");
  });

  it("cuts ids and hashes where they differ", () => {
    expect(shortId("job_0190a1b2c3d40000000000000000cccc")).toBe("job_\u20260000cccc");
    expect(shortId("usr_1")).toBe("usr_1");
    expect(shortHash("sha256:3fa9c13fa9c13fa9")).toBe("3fa9c13fa9c1");
  });
});
