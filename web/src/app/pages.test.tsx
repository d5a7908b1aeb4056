import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { forget } from "@/api/session";
import { i18n } from "@/i18n";
import * as fixtures from "@/test/fixtures";
import { emptyProject, problem, project, stubBackend } from "@/test/backend";
import { renderApp } from "@/test/renderApp";

const PAGES: [address: string, heading: string][] = [
  ["/", "Overview"],
  ["/datasets", "Datasets"],
  [`/datasets/${fixtures.dataset.id}`, "digits"],
  ["/jobs", "Training jobs"],
  [`/jobs/${fixtures.job.id}`, "digits-logistic-regression"],
  ["/experiments", "Experiments"],
  [`/experiments/${fixtures.experiment.id}`, "digits"],
  [`/runs/${fixtures.run.id}`, "digits-logistic-regression"],
  ["/evaluations", "Evaluations"],
  [`/evaluations/${fixtures.evaluation.id}`, "digits v1"],
  ["/models", "Models"],
  ["/models/digits", "digits"],
  ["/services", "Services"],
  [`/services/${fixtures.service.id}`, "digits"],
  ["/nodes", "Nodes"],
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
    expect(await screen.findByRole("heading", { level: 1, name: heading }, { timeout: 10_000 })).toBeVisible();
    await waitFor(() => expect(screen.queryByRole("alert")).not.toBeInTheDocument());
  });

  it.each(LISTS)("%s says what to do when there is nothing", async (address, empty) => {
    stubBackend(emptyProject);
    renderApp(address);
    expect(await screen.findByText(empty, undefined, { timeout: 10_000 })).toBeVisible();
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

  it("logs out", async () => {
    const requests = stubBackend();
    const { user } = renderApp("/");
    await user.click(await screen.findByRole("button", { name: /Account of Ada/ }));
    await user.click(await screen.findByRole("menuitem", { name: "Log out" }));
    expect(await screen.findByRole("heading", { name: "Log in to Trine" })).toBeVisible();
    expect(requests.some((request) => request.url.endsWith("/auth/logout"))).toBe(true);
    expect(localStorage.getItem("trine.refresh")).toBeNull();
  });
});
