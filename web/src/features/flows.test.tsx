import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { forget } from "@/api/session";
import * as fixtures from "@/test/fixtures";
import { problem, project, stubBackend } from "@/test/backend";
import { renderApp } from "@/test/renderApp";

/** The body of the one request of its kind. */
async function bodyOf(requests: Request[], method: string, path: string): Promise<unknown> {
  const found = requests.filter((request) => request.method === method && new URL(request.url).pathname === path);
  expect(found).toHaveLength(1);
  return JSON.parse((await found[0]?.text()) ?? "");
}

afterEach(() => forget());

describe("starting a job", () => {
  it("submits the form with the dataset's split and opens the job", async () => {
    const requests = stubBackend({ ...project, "POST /api/v1/training/jobs": fixtures.job });
    const { user, router } = renderApp("/jobs?create=true&dataset=digits");
    const dialog = await screen.findByRole("dialog", { name: "New job" });
    await waitFor(() => expect(within(dialog).getByRole("combobox", { name: "Split" })).toHaveTextContent("default"));
    const epochs = within(dialog).getByLabelText("Epochs");
    await user.clear(epochs);
    await user.type(epochs, "12");
    await user.click(within(dialog).getByRole("button", { name: "Start training" }));

    await waitFor(() => expect(router.state.location.pathname).toBe(`/jobs/${fixtures.job.id}`));
    expect(await bodyOf(requests, "POST", "/api/v1/training/jobs")).toEqual({
      name: "digits-logistic-regression",
      program: {
        kind: "builtin",
        algorithm: "logistic-regression",
        params: { epochs: 12, learning_rate: 0.1, seed: 42, batch_size: 16 },
      },
      data: { dataset: "digits", version: 2, split: "default" },
      resources: { cpus: 1, memoryBytes: 1_073_741_824, gpus: 0 },
      timeout: "PT600S",
      retries: 0,
    });
    const sent = requests.find((request) => request.method === "POST" && request.url.endsWith("/training/jobs"));
    expect(sent?.headers.get("Idempotency-Key")).toMatch(/^[0-9a-f]{32}$/);
  });

  it("shows what the platform refuses at the field it is about", async () => {
    stubBackend({
      ...project,
      "POST /api/v1/training/jobs": problem(422, "VALIDATION_FAILED", "The request has invalid fields", [
        { field: "resources.cpus", message: "must be at most 8, was 900" },
      ]),
    });
    const { user } = renderApp("/jobs?create=true&dataset=digits");
    const dialog = await screen.findByRole("dialog", { name: "New job" });
    await waitFor(() => expect(within(dialog).getByRole("combobox", { name: "Split" })).toHaveTextContent("default"));
    await user.click(within(dialog).getByRole("button", { name: "Start training" }));
    await waitFor(() =>
      expect(within(dialog).getByLabelText("CPUs")).toHaveAccessibleDescription("must be at most 8, was 900"),
    );
  });
});

describe("starting a program of one's own", () => {
  it("asks for the network that was chosen, and shows why the project does not allow it", async () => {
    const reason = "project 'default' does not let its jobs go to the internet";
    const requests = stubBackend({
      ...project,
      "POST /api/v1/training/jobs": problem(422, "VALIDATION_FAILED", "The request has invalid fields", [
        { field: "program.network", message: reason },
      ]),
    });
    const { user } = renderApp("/jobs?create=true&dataset=digits");
    const dialog = await screen.findByRole("dialog", { name: "New job" });
    expect(within(dialog).queryByRole("combobox", { name: "Network" })).not.toBeInTheDocument();
    await user.click(within(dialog).getByRole("combobox", { name: "Algorithm" }));
    await user.click(await screen.findByRole("option", { name: "A program of your own" }));
    await user.type(within(dialog).getByLabelText("Command"), "python3");
    const network = within(dialog).getByRole("combobox", { name: "Network" });
    expect(network).toHaveTextContent("The platform");
    await user.click(network);
    await user.click(await screen.findByRole("option", { name: "The platform and the internet" }));
    await user.click(within(dialog).getByRole("button", { name: "Start training" }));

    await waitFor(() => expect(network).toHaveAccessibleDescription(expect.stringContaining(reason)));
    expect(await bodyOf(requests, "POST", "/api/v1/training/jobs")).toMatchObject({
      program: { kind: "command", command: ["python3"], network: "internet" },
    });
  });
});

describe("what a project allows", () => {
  it("is changed by those who administer it", async () => {
    const requests = stubBackend({ ...project, "PATCH /api/v1/orgs/*/projects/*": fixtures.me });
    const { user } = renderApp("/");
    await user.click(await screen.findByRole("button", { name: /Project Default/ }));
    await user.click(await screen.findByRole("menuitem", { name: "Project settings" }));
    const dialog = await screen.findByRole("dialog", { name: "Project settings" });
    const save = within(dialog).getByRole("button", { name: "Save" });
    expect(save).toBeDisabled();
    await user.click(within(dialog).getByRole("checkbox", { name: "Jobs may go to the internet" }));
    await user.click(save);

    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    expect(await bodyOf(requests, "PATCH", "/api/v1/orgs/org_1/projects/prj_1")).toEqual({ internetAccess: true });
  });
});

describe("starting a job among many datasets and splits", () => {
  const far = { ...fixtures.dataset, id: `ds_${"0".repeat(31)}f`, name: "far-away" };

  it("finds a dataset that is not among the newest, by its name", async () => {
    const requests = stubBackend({
      ...project,
      "GET /api/v1/datasets": (request: Request) => ({
        items: (new URL(request.url).searchParams.get("q") ?? "").startsWith("far") ? [far] : [fixtures.dataset],
      }),
      "POST /api/v1/training/jobs": fixtures.job,
    });
    const { user, router } = renderApp("/jobs?create=true");
    const dialog = await screen.findByRole("dialog", { name: "New job" });
    await user.click(within(dialog).getByRole("combobox", { name: "Dataset" }));
    await user.keyboard("far");
    await user.click(await screen.findByRole("option", { name: /far-away/ }));
    await waitFor(() => expect(within(dialog).getByRole("combobox", { name: "Version" })).toHaveTextContent("2"));
    await user.click(within(dialog).getByRole("button", { name: "Start training" }));
    await waitFor(() => expect(router.state.location.pathname).toBe(`/jobs/${fixtures.job.id}`));
    expect(await bodyOf(requests, "POST", "/api/v1/training/jobs")).toMatchObject({ data: { dataset: "far-away" } });
  });

  it("takes the newest split", async () => {
    const newer = { ...fixtures.split, id: "spl_2", definition: { ...fixtures.split.definition, name: "newer" } };
    stubBackend({
      ...project,
      "GET /api/v1/datasets/*/versions/*/splits": { items: [fixtures.split, newer] },
    });
    renderApp("/jobs?create=true&dataset=digits");
    const dialog = await screen.findByRole("dialog", { name: "New job" });
    await waitFor(() => expect(within(dialog).getByRole("combobox", { name: "Split" })).toHaveTextContent("newer"));
  });

  it("does not send a number of retries that is none", async () => {
    stubBackend();
    const { user } = renderApp("/jobs?create=true&dataset=digits");
    const dialog = await screen.findByRole("dialog", { name: "New job" });
    const retries = within(dialog).getByLabelText("Retries");
    await user.clear(retries);
    await user.type(retries, "1.5");
    expect(retries).toHaveAccessibleDescription("Must be a whole number.");
    expect(within(dialog).getByRole("button", { name: "Start training" })).toBeDisabled();
  });

  it("goes nowhere when the dialog was closed before the answer came", async () => {
    let answer: (job: unknown) => void = () => undefined;
    const submitted = new Promise((resolve) => (answer = resolve));
    const requests = stubBackend({ ...project, "POST /api/v1/training/jobs": () => submitted });
    const { user, router, queryClient } = renderApp("/jobs?create=true&dataset=digits");
    const dialog = await screen.findByRole("dialog", { name: "New job" });
    await user.click(within(dialog).getByRole("button", { name: "Start training" }));
    await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).not.toBeInTheDocument());
    const before = requests.length;
    answer(fixtures.job);
    // The list is asked for anew once the job is there; whatever would follow has followed by then.
    await waitFor(() => expect(requests.length).toBeGreaterThan(before));
    await waitFor(() => expect(queryClient.isMutating() + queryClient.isFetching()).toBe(0));
    expect(router.state.location.pathname).toBe("/jobs");
  });
});

describe("a download", () => {
  it("says so when it does not come", async () => {
    stubBackend({
      ...project,
      "GET /api/v1/runs/*/artifacts/content": problem(503, "STORAGE_UNAVAILABLE", "The object store does not answer"),
    });
    const { user } = renderApp(`/runs/${fixtures.run.id}`);
    await user.click((await screen.findAllByRole("button", { name: "Download" }))[0] ?? document.body);
    expect(await screen.findByText(/was not downloaded/)).toBeVisible();
    expect(screen.getByText("The object store does not answer")).toBeVisible();
  });
});

describe("a job's page", () => {
  it("shows the log as it was streamed", async () => {
    stubBackend();
    renderApp(`/jobs/${fixtures.job.id}`);
    const log = await screen.findByRole("log", { name: "Log" });
    await waitFor(() => expect(log).toHaveTextContent("wrote outputs/model/model.onnx (4630 bytes)"));
    expect(within(log).getByText(/epoch 1\/30/)).toBeVisible();
  });

  it("cancels a running job", async () => {
    const requests = stubBackend({
      ...project,
      "GET /api/v1/training/jobs/*": fixtures.runningJob,
      "GET /api/v1/training/jobs/*/events": () =>
        new Response("", { headers: { "Content-Type": "text/event-stream" } }),
      "POST /api/v1/training/jobs/*/cancel": { ...fixtures.runningJob, state: "CANCELLING" },
    });
    const { user } = renderApp(`/jobs/${fixtures.runningJob.id}`);
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(requests.some((request) => request.url.endsWith("/cancel"))).toBe(true));
  });

  it("says why a job failed, and why one waits", async () => {
    stubBackend({ ...project, "GET /api/v1/training/jobs/*": fixtures.failedJob });
    const failed = renderApp(`/jobs/${fixtures.failedJob.id}`);
    expect(await screen.findByText(/killed by SIGKILL/)).toBeVisible();
    failed.unmount();

    const queued = { ...fixtures.runningJob, state: "QUEUED", startedAt: null, attempts: [] };
    stubBackend({ ...project, "GET /api/v1/training/jobs/*": queued });
    renderApp(`/jobs/${queued.id}`);
    expect(await screen.findByText(/Place 2 of 3 in the queue/)).toHaveTextContent("No node has 4 CPUs free.");
  });

  it("registers the model of a succeeded job under a new name", async () => {
    const requests = stubBackend({
      ...project,
      "GET /api/v1/models": { items: [], nextPageToken: null },
      "POST /api/v1/models": fixtures.model,
      "POST /api/v1/models/*/versions": fixtures.modelVersion,
    });
    const { user, router } = renderApp(`/jobs/${fixtures.job.id}`);
    await user.click(await screen.findByRole("button", { name: "Register the model" }));
    const dialog = await screen.findByRole("dialog", { name: "Register the model" });
    const register = within(dialog).getByRole("button", { name: "Register" });
    await waitFor(() => expect(register).toBeEnabled());
    await user.click(register);
    await waitFor(() => expect(router.state.location.pathname).toBe("/models/digits"));
    expect(await bodyOf(requests, "POST", "/api/v1/models")).toEqual({ name: "digits" });
    expect(await bodyOf(requests, "POST", "/api/v1/models/digits/versions")).toEqual({
      runId: fixtures.run.id,
      artifactPath: "model",
      datasetVersionId: fixtures.datasetVersion.id,
    });
  });
});

describe("an evaluation's page", () => {
  it("shows what the evaluator wrote", async () => {
    const requests = stubBackend();
    const { user } = renderApp(`/evaluations/${fixtures.evaluation.id}`);
    await user.click(await screen.findByRole("tab", { name: "Log" }));
    expect(await screen.findByText(/epoch 30\/30/)).toBeVisible();
    expect(requests.some((one) => one.url.endsWith(`/workloads/${fixtures.evaluation.workloadId}/logs/stream`))).toBe(
      true,
    );
  });
});

describe("a dataset's page", () => {
  it("splits a version by shares that sum to one", async () => {
    const requests = stubBackend({ ...project, "POST /api/v1/datasets/*/versions/*/splits": fixtures.split });
    const { user } = renderApp(`/datasets/${fixtures.dataset.id}?tab=splits`);
    await user.click(await screen.findByRole("button", { name: "New split" }));
    const dialog = await screen.findByRole("dialog", { name: "New split" });
    await user.clear(within(dialog).getByLabelText("Validation, in percent"));
    await user.type(within(dialog).getByLabelText("Validation, in percent"), "10");
    expect(within(dialog).getByRole("status")).toHaveTextContent("70 % remain for training");
    await user.click(within(dialog).getByRole("button", { name: "Split" }));
    const path = `/api/v1/datasets/${fixtures.dataset.id}/versions/2/splits`;
    await waitFor(async () =>
      expect(await bodyOf(requests.slice(), "POST", path)).toEqual({
        name: "default",
        seed: 42,
        stratifyBy: "label",
        parts: { train: 0.7, validation: 0.1, test: 0.2 },
      }),
    );
  });
});

describe("a model's page", () => {
  it("deploys a version under a name that fits into an address", async () => {
    const requests = stubBackend({ ...project, "POST /api/v1/inference/services": fixtures.service });
    const { user, router } = renderApp("/models/digits");
    await user.click(await screen.findByRole("button", { name: "Deploy" }));
    const dialog = await screen.findByRole("dialog", { name: "Deploy digits version 1" });
    const name = within(dialog).getByLabelText("Service name");
    await user.clear(name);
    await user.type(name, "Digits!");
    expect(within(dialog).getByRole("button", { name: "Deploy" })).toBeDisabled();
    await user.clear(name);
    await user.type(name, "digits-eu");
    await user.click(within(dialog).getByRole("button", { name: "Deploy" }));
    await waitFor(() => expect(router.state.location.pathname).toBe(`/services/${fixtures.service.id}`));
    expect(await bodyOf(requests, "POST", "/api/v1/inference/services")).toEqual({
      name: "digits-eu",
      model: { name: "digits", version: 1 },
      replicas: 1,
    });
  });
});

describe("a service's page", () => {
  it("sends a row of the training data and shows the answer beside the truth", async () => {
    const requests = stubBackend();
    const { user } = renderApp(`/services/${fixtures.service.id}`);
    await user.click(await screen.findByRole("button", { name: "Take a row of the data" }));
    expect(await screen.findByText("The data says")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Send" }));
    expect(await screen.findByText("95.10%")).toBeVisible();
    expect(screen.getByTestId("answer")).toHaveTextContent("3");
    expect(await bodyOf(requests, "POST", "/serve/default/digits/v2/models/digits/infer")).toMatchObject({
      inputs: [{ name: "features", datatype: "FP32", shape: [1, 64] }],
    });
  });
});

describe("a service of an old version", () => {
  it("can be tried though its version is on no page of the list", async () => {
    stubBackend({ ...project, "GET /api/v1/models/*/versions": { items: [] } });
    renderApp(`/services/${fixtures.service.id}`);
    expect(await screen.findByRole("button", { name: "Take a row of the data" })).toBeVisible();
  });
});

describe("the overview", () => {
  it("names the dataset that has a new version", async () => {
    stubBackend();
    renderApp("/");
    expect(await screen.findByText("Version 2 of digits was added")).toBeVisible();
  });
});

describe("API keys", () => {
  it("shows the secret once", async () => {
    stubBackend({ ...project, "POST /api/v1/api-keys": { ...fixtures.apiKey, secret: "trine_0190a1b2_s3cr3t" } });
    const { user } = renderApp("/api-keys");
    await user.click(await screen.findByRole("button", { name: "New API key" }));
    await user.type(within(await screen.findByRole("dialog")).getByLabelText("Name"), "ci");
    await user.click(screen.getByRole("button", { name: "Create" }));
    expect(await screen.findByText("trine_0190a1b2_s3cr3t")).toBeVisible();
    await user.keyboard("{Escape}");
    expect(screen.getByText("trine_0190a1b2_s3cr3t")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Close" })).not.toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "I have kept it" }));
    await waitFor(() => expect(screen.queryByText("trine_0190a1b2_s3cr3t")).not.toBeInTheDocument());
  });

  it("asks before a key is revoked", async () => {
    const requests = stubBackend({ ...project, "DELETE /api/v1/api-keys/*": new Response(null, { status: 204 }) });
    const { user } = renderApp("/api-keys");
    await user.click(await screen.findByRole("button", { name: "Revoke ci" }));
    expect(requests.some((request) => request.method === "DELETE")).toBe(false);
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Revoke" }));
    await waitFor(() => expect(requests.some((request) => request.method === "DELETE")).toBe(true));
  });
});
