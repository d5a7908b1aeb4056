import { describe, expect, it } from "vitest";
import { resources } from "./resources";

function flatten(tree: object, prefix: string): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[`${prefix}${key}`, value]] : flatten(value as object, `${prefix}${key}.`),
  );
}

const english = new Map(flatten(resources.en, ""));
const chinese = new Map(flatten(resources["zh-CN"], ""));
const placeholders = (text: string) => [...text.matchAll(/\{\{\s*([\w.]+)/g)].map((match) => match[1]).sort();

describe("the translations", () => {
  it("have the same keys in English and Chinese", () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("have no empty text", () => {
    expect([...english, ...chinese].filter(([, text]) => text.trim() === "")).toEqual([]);
  });

  it("fill in the same values in both languages", () => {
    const unequal = [...english].filter(
      ([key, text]) => JSON.stringify(placeholders(text)) !== JSON.stringify(placeholders(chinese.get(key) ?? "")),
    );
    expect(unequal).toEqual([]);
  });
});
