import { describe, expect, it } from "vitest";
import { modelVersion } from "@/test/fixtures";
import { headerOf, nameFrom, splitHeader } from "./datasets/csvHeader";
import { commandWords, paramProblem } from "./jobs/spec";
import { serviceName } from "./models/DeployDialog";
import { artifactFolders } from "./models/RegisterDialog";
import { linkOf } from "./overview/ActivityList";
import { expiry } from "./platform/scopes";
import { rowsOf, signatureOf, tensorOf, zeros } from "./services/signature";
import { curlSnippet, pythonSnippet } from "./services/snippets";

describe("a CSV header", () => {
  it("is cut at commas outside of quotes", () => {
    expect(splitHeader('id,"a, ""b""",label')).toEqual(["id", 'a, "b"', "label"]);
    expect(splitHeader("a,,c,")).toEqual(["a", "", "c", ""]);
    expect(splitHeader("")).toEqual([]);
  });

  it("is read from a file without reading all of it", async () => {
    const table = () => new Response("x,y,label\r\n1,2,3\r\n").body ?? new ReadableStream();
    expect(await headerOf({ name: "points.csv", stream: table })).toEqual(["x", "y", "label"]);
    const packed = () => table().pipeThrough(new CompressionStream("gzip"));
    expect(await headerOf({ name: "points.csv.gz", stream: packed })).toEqual(["x", "y", "label"]);
    expect(await headerOf({ name: "broken.csv.gz", stream: table })).toEqual([]);
  });

  it("gives a dataset its name", () => {
    expect(nameFrom("Digits 2024.csv.gz")).toBe("digits-2024");
    expect(nameFrom("\u6570\u636e.csv")).toBe("");
  });
});

describe("a job's form", () => {
  it("refuses what is no number of the right kind", () => {
    const epochs = { name: "epochs", initial: "30", min: 1, whole: true } as const;
    expect(["30", "", "x", "1.5", "0"].map((text) => paramProblem(epochs, text))).toEqual([
      undefined,
      "number",
      "number",
      "whole",
      "min",
    ]);
  });

  it("takes a command line by line", () => {
    expect(commandWords(" python3 \n\ntrain.py\n--label with space")).toEqual([
      "python3",
      "train.py",
      "--label with space",
    ]);
  });
});

describe("a request to a model", () => {
  const signature = signatureOf(modelVersion.signature);
  const input = signature.inputs[0] ?? { name: "", datatype: "", shape: [] };

  it("begins as a row of zeros of the right width", () => {
    expect(zeros(input)[0]).toHaveLength(64);
    expect(tensorOf(input, JSON.stringify(zeros(input))).shape).toEqual([1, 64]);
  });

  it("takes one row without the outer brackets, and many with them", () => {
    const row = JSON.stringify(Array.from({ length: 64 }, () => 1));
    expect(tensorOf(input, row).shape).toEqual([1, 64]);
    expect(tensorOf(input, `[${row},${row}]`)).toMatchObject({ name: "features", datatype: "FP32", shape: [2, 64] });
  });

  it("refuses rows of another width and what is not JSON", () => {
    expect(() => tensorOf(input, "[[1,2,3]]")).toThrow("3 \u2260 64");
    expect(() => tensorOf(input, "[[")).toThrow(SyntaxError);
    expect(() => tensorOf(input, '{"a":1}')).toThrow(SyntaxError);
  });

  it("is answered row by row", () => {
    expect(rowsOf({ name: "p", datatype: "FP32", shape: [2, 2], data: [1, 2, 3, 4] })).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it("is shown as commands that carry the same tensor", () => {
    const tensor = { name: "x", datatype: "FP32", shape: [1, 2], data: [1, 2] };
    const body = /-d '(.*)'/.exec(curlSnippet("http://host/serve/p/s/v2/models/m/infer", tensor))?.[1] ?? "";
    expect(JSON.parse(body)).toEqual({ inputs: [tensor] });
    expect(pythonSnippet("http://host/infer", tensor)).toContain('"shape": [len(rows), 2]');
  });

  it("is shown in Python row by row, with Python's own words", () => {
    const tensor = { name: "x", datatype: "BOOL", shape: [2, 2], data: [true, false, false, true] };
    expect(pythonSnippet("http://host/infer", tensor)).toContain(
      "rows = [\n    [True, False],\n    [False, True],\n]\n",
    );
    const flat = { name: "x", datatype: "FP32", shape: [3], data: [1, 2, 3] };
    expect(pythonSnippet("http://host/infer", flat)).toContain('"shape": [len(rows)]');
  });

  it("is shown for the shell with its quotes kept", () => {
    const tensor = { name: "x", datatype: "BYTES", shape: [1, 1], data: ["it's"] };
    expect(curlSnippet("http://host/infer", tensor)).toContain(String.raw`"it'\''s"`);
  });
});

describe("small rules", () => {
  it("a service name fits into an address", () => {
    expect(serviceName("Digits_V2 (best)")).toBe("digits-v2-best");
    expect(serviceName(`${"a".repeat(62)}--b`)).toBe("a".repeat(62));
  });

  it("the folders of a run's artifacts are offered as models, the shallowest first", () => {
    expect(artifactFolders(["a/b/c.onnx", "model/model.onnx", "report.json"])).toEqual(["model", "a/b"]);
  });

  it("activity leads to what was changed unless that is gone", () => {
    const entry = { id: "1", at: "", by: "", details: {}, subject: "job_1", action: "training.job.submit" };
    expect(linkOf(entry)).toEqual({ to: "/jobs/$id", params: { id: "job_1" } });
    expect(linkOf({ ...entry, action: "dataset.delete", subject: "ds_1" })).toBeNull();
    expect(linkOf({ ...entry, action: "model.alias.set", subject: "digits@champion" })).toEqual({
      to: "/models/$name",
      params: { name: "digits" },
    });
  });

  it("a key for ever has no end", () => {
    expect(expiry(0, 0)).toBeUndefined();
    expect(expiry(30, 0)).toBe("1970-01-31T00:00:00.000Z");
  });
});
