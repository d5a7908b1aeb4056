import { describe, expect, it } from "vitest";
import { preferred } from ".";
import { resources } from "./resources";

function flatten(tree: object, prefix: string): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[`${prefix}${key}`, value]] : flatten(value as object, `${prefix}${key}.`),
  );
}

const english = new Map(flatten(resources.en, ""));
const chinese = new Map(flatten(resources["zh-CN"], ""));
const placeholders = (text: string) => [...text.matchAll(/\{\{\s*([\w.]+)/g)].map((match) => match[1]).sort();

describe("the language", () => {
  it("is the first of the reader's that the interface speaks", () => {
    expect(preferred(["en", "zh"])).toBe("en");
    expect(preferred(["de", "zh-Hans-CN", "en"])).toBe("zh-CN");
    expect(preferred(["en-GB", "zh-CN"])).toBe("en");
    expect(preferred(["fr"])).toBe("en");
  });
});

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
