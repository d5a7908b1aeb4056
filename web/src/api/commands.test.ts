import { beforeEach, describe, expect, it, vi } from "vitest";
import { problem, stubBackend } from "@/test/backend";
import { dataset, me, modelVersion } from "@/test/fixtures";
import { addData, registerModel } from "./commands";
import type { DataSoFar } from "./commands";
import { accept, forget } from "./session";
import { uploadFile } from "./uploads";

/** Answers a question once with one thing and from then on with another. */
function first(answer: unknown, then: unknown) {
  let asked = false;
  return () => {
    const now = asked ? then : answer;
    asked = true;
    return now;
  };
}

const names = (requests: Request[]) =>
  requests.map((request) => `${request.method} ${new URL(request.url).pathname.replace("/api/v1", "")}`);
const file = new File(["x,y\n1,2\n"], "points.csv");

beforeEach(() => {
  forget();
  accept({ user: me.user, accessToken: "fresh", refreshToken: "refresh", expiresIn: 900 });
});

describe("a change of several steps that was refused", () => {
  it("registers the model at the second try, though the first has made its name", async () => {
    const requests = stubBackend({
      "POST /api/v1/models": first({ name: "digits" }, problem(409, "ALREADY_EXISTS", "The name is taken")),
      "POST /api/v1/models/*/versions": first(problem(422, "MODEL_UNUSABLE", "There is no model.onnx"), modelVersion),
    });
    const asked = { model: { name: "digits", isNew: true }, runId: "run_1", artifactPath: "model" };
    await expect(registerModel(asked)).rejects.toMatchObject({ code: "MODEL_UNUSABLE" });
    expect(await registerModel(asked)).toEqual(modelVersion);
    expect(names(requests)).toEqual([
      "POST /models",
      "POST /models/digits/versions",
      "POST /models",
      "POST /models/digits/versions",
    ]);
  });

  it("makes the dataset with its file, which is not sent again after a refusal", async () => {
    const requests = stubBackend({
      "POST /api/v1/datasets": first(problem(422, "INVALID_TABLE", "There is no column z"), dataset),
    });
    const soFar: DataSoFar = { upload: { file, id: "upl_1" } };
    const asked = { dataset: { name: "points" }, file };
    await expect(addData({ ...asked, labelColumn: "z" }, soFar, {})).rejects.toMatchObject({ code: "INVALID_TABLE" });
    const added = await addData({ ...asked, labelColumn: "y" }, soFar, {});
    expect(added).toEqual({ datasetId: dataset.id, number: dataset.latestVersion });
    expect(names(requests)).toEqual(["POST /datasets", "POST /datasets"]);
    expect(await requests.at(-1)?.json()).toEqual({ name: "points", uploads: ["upl_1"], labelColumn: "y" });
  });
});

describe("an upload that is stopped", () => {
  it("sends nothing when that happens while the file is still being read", async () => {
    const open = vi.spyOn(XMLHttpRequest.prototype, "open");
    const abort = new AbortController();
    const upload = uploadFile(file, { signal: abort.signal });
    abort.abort();
    await expect(upload).rejects.toMatchObject({ code: "ABORTED" });
    expect(open).not.toHaveBeenCalled();
  });

  it("makes no dataset when that happens after the file was sent", async () => {
    const requests = stubBackend({ "POST /api/v1/datasets": dataset });
    const asked = { dataset: { name: "points" }, file };
    const adding = addData(asked, { upload: { file, id: "upl_1" } }, { signal: AbortSignal.abort() });
    await expect(adding).rejects.toMatchObject({ name: "AbortError" });
    expect(requests).toEqual([]);
  });
});
