import { act, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { accept, forget } from "@/api/session";
import { i18n } from "@/i18n";
import * as fixtures from "@/test/fixtures";
import { emptyProject, problem, project, stubBackend } from "@/test/backend";
import { renderApp } from "@/test/renderApp";
import { trace } from "@/test/traces";

const PAGES: [address: string, heading: string][] = [
  ["/", "Overview"],
  ["/datasets", "Datasets"],
  [`/datasets/${fixtures.dataset.id}`, "digits"],
  ["/jobs", "Training jobs"],
  [`/jobs/${fixtures.job.id}`, "digits-logistic-regression"],
  ["/experiments", "Experiments"],
  [`/experiments/${fixtures.experiment.id}`, "digits"],
  [`/runs/${fixtures.run.id}`, "digits-logistic-regression"],
  [`/traces/${trace.id}`, "answer"],
  ["/evaluations", "Evaluations"],
  [`/evaluations/${fixtures.evaluation.id}`, "digits v1"],
  ["/models", "Models"],
  ["/models/digits", "digits"],
  ["/services", "Services"],
  [`/services/${fixtures.service.id}`, "digits"],
  ["/nodes", "Nodes"],
  ["/webhooks", "Webhooks"],
  ["/api-keys", "API keys"],
];

const LISTS: [address: string, empty: string][] = [
  ["/datasets", "No datasets yet"],
  ["/jobs", "No jobs yet"],
  ["/experiments", "No experiments yet"],
  ["/evaluations", "No evaluations yet"],
  ["/models", "No models yet"],
  ["/services", "No services yet"],
  ["/nodes", "No nodes"],
  ["/webhooks", "No webhooks yet"],
  ["/api-keys", "No API keys yet"],
];

afterEach(async () => {
  forget();
  await i18n.changeLanguage("en");
});

describe("every page", () => {
  it.each(PAGES)("shows %s under its heading", async (address, heading) => {
    stubBackend();
    renderApp(address);
    expect(await screen.findByRole("heading", { level: 1, name: heading })).toBeVisible();
    expect(document.title).toBe(`${heading} · Trine`);
    await waitFor(() => expect(screen.queryByRole("alert")).not.toBeInTheDocument());
  });

  it("tells what a run was given and what it made", async () => {
    stubBackend();
    renderApp(`/runs/${fixtures.run.id}`);
    const card = (await screen.findByRole("heading", { name: "Inputs and outputs" })).closest("section");
    expect(card).toHaveTextContent(/wine.*training.*digest a1b2c3d4, from http.*teacher.*student.*at step 7/);
    expect(card).not.toHaveTextContent("at step 0");
  });

  it("has no room for inputs and outputs that nobody told of", async () => {
    stubBackend({ ...project, "GET /api/v1/runs/*/lineage": { datasets: [], modelInputs: [], modelOutputs: [] } });
    renderApp(`/runs/${fixtures.run.id}`);
    expect(await screen.findByText("Artifacts")).toBeVisible();
    expect(screen.queryByText("Inputs and outputs")).not.toBeInTheDocument();
  });

  it.each(LISTS)("%s says what to do when there is nothing", async (address, empty) => {
    stubBackend(emptyProject);
    renderApp(address);
    expect(await screen.findByText(empty)).toBeVisible();
  });

  it("shows the code and the request id of a failure, and tries again", async () => {
    let down = true;
    stubBackend({
      ...project,
      "GET /api/v1/models": () =>
        down ? problem(503, "DATABASE_UNAVAILABLE", "The database does not answer") : { items: [fixtures.model] },
    });
    const { user } = renderApp("/models");
    expect(await screen.findByText("DATABASE_UNAVAILABLE")).toBeVisible();
    expect(screen.getByText("· req_1")).toBeVisible();
    down = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("link", { name: "digits" })).toBeVisible();
  });

  it("tells a resource that is not there from a failure", async () => {
    stubBackend({
      ...project,
      "GET /api/v1/training/jobs/*": problem(404, "NOT_FOUND", "There is no such job"),
    });
    renderApp("/jobs/job_unknown");
    expect(await screen.findByText("There is nothing here")).toBeVisible();
  });

  it("is one main region, also where there is nothing to show", async () => {
    stubBackend({ ...project, "GET /api/v1/training/jobs/*": problem(404, "NOT_FOUND", "There is no such job") });
    renderApp("/jobs/job_unknown");
    await screen.findByText("There is nothing here");
    expect(screen.getAllByRole("main")).toHaveLength(1);
    expect(document.title).toBe("There is nothing here · Trine");
  });

  it("is valid HTML while an evaluation is pending", async () => {
    const pending = { ...fixtures.evaluation, state: "RUNNING", report: null, endedAt: null };
    stubBackend({ ...project, "GET /api/v1/evaluation/jobs/*": pending });
    const { container } = renderApp(`/evaluations/${pending.id}`);
    expect(await screen.findByRole("progressbar")).toBeVisible();
    expect(container.querySelector("p div")).toBeNull();
  });

  it("says in the user's language what kind of failure it is, and below it what the server says", async () => {
    await i18n.changeLanguage("zh-CN");
    stubBackend({ ...project, "GET /api/v1/models": problem(503, "DATABASE_UNAVAILABLE", "It is starting again") });
    renderApp("/models");
    expect(await screen.findByText("\u6570\u636e\u5e93\u6ca1\u6709\u54cd\u5e94")).toBeVisible();
    expect(screen.getByText("It is starting again")).toBeVisible();
  });

  it("tells once that the platform went away under it, and takes that back", async () => {
    let away = false;
    const list = () => (away ? Promise.reject(new TypeError("Failed to fetch")) : { items: [fixtures.model] });
    stubBackend({ ...project, "GET /api/v1/models": list });
    const { queryClient } = renderApp("/models");
    await screen.findByRole("link", { name: "digits" });
    away = true;
    await act(() => queryClient.invalidateQueries());
    expect(await screen.findByText("The server cannot be reached.")).toBeVisible();
    expect(screen.getByRole("link", { name: "digits" })).toBeVisible();
    away = false;
    await act(() => queryClient.invalidateQueries());
    await waitFor(() => expect(screen.queryByText("The server cannot be reached.")).not.toBeInTheDocument());
  });

  it("answers an unknown address with a way home", async () => {
    stubBackend();
    renderApp("/nowhere");
    expect(await screen.findByRole("link", { name: "Go to the overview" })).toBeVisible();
  });
});

describe("the frame", () => {
  it("sends an unknown visitor to the login and back to where they wanted", async () => {
    stubBackend();
    const { router, user } = renderApp("/jobs?state=FAILED", { loggedIn: false });
    await user.type(await screen.findByLabelText("E-mail"), "ada@example.org");
    await user.type(screen.getByLabelText("Password"), "correct horse battery");
    await user.click(screen.getByRole("button", { name: "Log in" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Training jobs" })).toBeVisible();
    expect(router.state.location.search).toEqual({ state: "FAILED" });
  });

  it("says why a login was refused", async () => {
    stubBackend({
      ...project,
      "POST /api/v1/auth/login": problem(401, "INVALID_CREDENTIALS", "E-mail or password is wrong"),
    });
    const { user } = renderApp("/login", { loggedIn: false });
    await user.type(await screen.findByLabelText("E-mail"), "ada@example.org");
    await user.type(screen.getByLabelText("Password"), "wrong");
    await user.click(screen.getByRole("button", { name: "Log in" }));
    expect(await screen.findByText("E-mail or password is wrong")).toBeVisible();
  });

  it("opens the palette with the keyboard and goes where it is told", async () => {
    stubBackend();
    const { user } = renderApp("/");
    await screen.findByRole("heading", { level: 1, name: "Overview" });
    await user.keyboard("{Control>}k{/Control}");
    const palette = await screen.findByRole("dialog", { name: "Command palette" });
    await user.type(within(palette).getByPlaceholderText(/Go to a page/), "nodes");
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("heading", { level: 1, name: "Nodes" })).toBeVisible();
  });

  it("takes the focus to the beginning of the next page", async () => {
    stubBackend();
    const { user } = renderApp("/");
    await user.click(await screen.findByRole("link", { name: "Nodes" }));
    await screen.findByRole("heading", { level: 1, name: "Nodes" });
    await waitFor(() => expect(screen.getByRole("main")).toHaveFocus());
  });

  it("never asks in a project that another account has left behind", async () => {
    sessionStorage.setItem("trine.project", "foreign");
    localStorage.setItem("trine.project", "foreign");
    const inProject = (answer: unknown) => (request: Request) =>
      request.headers.get("X-Trine-Project") === "default"
        ? answer
        : problem(404, "NOT_FOUND", "There is no such project");
    stubBackend({ ...project, "GET /api/v1/overview": inProject(fixtures.overview) });
    renderApp("/");
    expect(await screen.findByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  });

  it("works in the project that was chosen, and every request says so", async () => {
    const requests = stubBackend();
    const { user } = renderApp("/");
    await user.click(await screen.findByRole("button", { name: /Project Default/ }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Handwriting" }));
    await waitFor(() => expect(requests.at(-1)?.headers.get("X-Trine-Project")).toBe("handwriting"));
  });

  it("speaks Chinese when asked", async () => {
    stubBackend();
    const { user } = renderApp("/");
    await user.click(await screen.findByRole("button", { name: "Language" }));
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "简体中文" }));
    expect(await screen.findByRole("heading", { level: 1, name: "概览" })).toBeVisible();
    expect(document.documentElement.lang).toBe("zh-CN");
  });

  it("leads back to where one was when the session has expired", async () => {
    stubBackend();
    const { router, user } = renderApp("/jobs?state=FAILED");
    await screen.findByRole("heading", { level: 1, name: "Training jobs" });
    act(() => forget("expiry"));
    await user.type(await screen.findByLabelText("E-mail"), "ada@example.org");
    await user.type(screen.getByLabelText("Password"), "correct horse battery");
    await user.click(screen.getByRole("button", { name: "Log in" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Training jobs" })).toBeVisible();
    expect(router.state.location.search).toEqual({ state: "FAILED" });
  });

  it("shows nothing of the last account when another one logs in in another tab", async () => {
    const user = { id: "usr_2", email: "bob@example.org", name: "Bob Babbage" };
    const mine = { ...fixtures.me.memberships[0], projects: [{ ...fixtures.me.memberships[0]?.projects[1] }] };
    let who: unknown = fixtures.me;
    const requests = stubBackend({ ...project, "GET /api/v1/auth/me": () => who });
    renderApp("/nodes");
    await screen.findByRole("button", { name: "Account of Ada Lovelace" });
    who = { user, memberships: [mine] };
    act(() => void accept({ user, accessToken: "bobs", refreshToken: "refresh-of-bob", expiresIn: 900 }));
    expect(await screen.findByRole("button", { name: "Account of Bob Babbage" })).toBeVisible();
    expect(await screen.findByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
    expect(requests.at(-1)?.headers.get("X-Trine-Project")).toBe("handwriting");
  });

  it("logs out", async () => {
    const requests = stubBackend();
    const { router, user } = renderApp("/jobs");
    await user.click(await screen.findByRole("button", { name: /Account of Ada/ }));
    await user.click(await screen.findByRole("menuitem", { name: "Log out" }));
    expect(await screen.findByRole("heading", { name: "Log in to Trine" })).toBeVisible();
    expect(router.state.location.search).toEqual({});
    expect(requests.some((request) => request.url.endsWith("/auth/logout"))).toBe(true);
    expect(localStorage.getItem("trine.refresh")).toBeNull();
    const after = requests.slice(requests.findIndex((request) => request.url.endsWith("/auth/logout")) + 1);
    expect(after).toEqual([]);
  });
});

describe("a viewer", () => {
  const viewing = {
    ...project,
    "GET /api/v1/auth/me": {
      ...fixtures.me,
      memberships: fixtures.me.memberships.map((membership) => ({ ...membership, role: "VIEWER" })),
    },
  };
  const REFUSED: [address: string, heading: string, actions: string[]][] = [
    ["/datasets?create=true", "Datasets", ["New dataset", "Upload"]],
    [`/datasets/${fixtures.dataset.id}?tab=splits`, "digits", ["Add a version", "Train on it", "Actions", "New split"]],
    ["/jobs?create=true", "Training jobs", ["New job", "Start training"]],
    [`/jobs/${fixtures.job.id}`, "digits-logistic-regression", ["Register the model"]],
    [`/runs/${fixtures.run.id}`, "digits-logistic-regression", ["Register the model"]],
    ["/evaluations?create=true", "Evaluations", ["New evaluation", "Evaluate"]],
    ["/models/digits", "digits", ["Set alias", "Evaluate", "Deploy"]],
    [`/services/${fixtures.service.id}`, "digits", ["Delete"]],
  ];

  it.each(REFUSED)("is offered nothing on %s that would be refused", async (address, heading, actions) => {
    stubBackend(viewing);
    renderApp(address);
    await screen.findByRole("heading", { level: 1, name: heading });
    const offered = screen
      .queryAllByRole("button")
      .map((button) => button.getAttribute("aria-label") ?? button.textContent);
    expect(offered.filter((name) => actions.includes(name))).toEqual([]);
  });

  it("finds neither pages nor actions that would be refused", async () => {
    stubBackend(viewing);
    const { user } = renderApp("/");
    await screen.findByRole("heading", { level: 1, name: "Overview" });
    expect(screen.queryByRole("link", { name: "API keys" })).not.toBeInTheDocument();
    await user.keyboard("{Control>}k{/Control}");
    const palette = await screen.findByRole("dialog", { name: "Command palette" });
    expect(within(palette).getByRole("option", { name: "Models" })).toBeVisible();
    expect(within(palette).queryByRole("option", { name: /^New/ })).not.toBeInTheDocument();
    await user.keyboard("{Escape}");
    await user.click(screen.getByRole("button", { name: /Project Default/ }));
    expect(await screen.findByRole("menuitemcheckbox", { name: "Handwriting" })).toBeVisible();
    expect(screen.queryByRole("menuitem", { name: "New project" })).not.toBeInTheDocument();
    expect(screen.queryByRole("menuitem", { name: "Project settings" })).not.toBeInTheDocument();
  });
});

describe("a member", () => {
  it("makes data, but no projects", async () => {
    const memberships = fixtures.me.memberships.map((membership) => ({ ...membership, role: "MEMBER" }));
    stubBackend({ ...project, "GET /api/v1/auth/me": { ...fixtures.me, memberships } });
    const { user } = renderApp("/datasets");
    expect(await screen.findByRole("button", { name: "New dataset" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: /Project Default/ }));
    expect(await screen.findByRole("menuitemcheckbox", { name: "Handwriting" })).toBeVisible();
    expect(screen.queryByRole("menuitem", { name: "New project" })).not.toBeInTheDocument();
    expect(screen.queryByRole("menuitem", { name: "Project settings" })).not.toBeInTheDocument();
  });
});
