import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { forget } from "@/api/session";
import { emptyProject, problem, project, stubBackend } from "@/test/backend";
import * as fixtures from "@/test/fixtures";
import { renderApp } from "@/test/renderApp";
import { span, trace, traceDetails } from "@/test/traces";

afterEach(() => forget());

const experimentPage = `/experiments/${fixtures.experiment.id}`;
const tracePage = `/traces/${trace.id}`;

describe("the traces of an experiment", () => {
  it("are in a tab of their own, each with what was asked", async () => {
    stubBackend();
    const { router, user } = renderApp(experimentPage);
    await user.click(await screen.findByRole("tab", { name: "Traces" }));
    const row = (await screen.findByRole("link", { name: "answer" })).closest("tr");
    expect(row).toHaveTextContent(/answer.*OK.*Which digit is the hardest\?.*correct: true.*1,234.*1.8 s/);
    expect(router.state.location.search).toEqual({ tab: "traces" });
  });

  it("are found by state and text, and the address says by which", async () => {
    const requests = stubBackend();
    const { router, user } = renderApp(`${experimentPage}?tab=traces`);
    await user.click(await screen.findByRole("button", { name: "Error" }));
    await user.type(screen.getByRole("searchbox", { name: "Search in spans" }), "eight");
    await waitFor(() => expect(router.state.location.search).toEqual({ tab: "traces", state: "ERROR", q: "eight" }));
    await waitFor(() => expect(requests.at(-1)?.url).toMatch(/traces\?.*state=ERROR&text=eight/));
  });

  it("are told to be none of that kind, with a way back to all", async () => {
    stubBackend(emptyProject);
    const { router, user } = renderApp(`${experimentPage}?tab=traces&state=ERROR`);
    await user.click(await screen.findByRole("button", { name: "Show all traces" }));
    expect(await screen.findByText("No traces yet")).toBeVisible();
    expect(router.state.location.search).toEqual({ tab: "traces" });
  });

  it("are said how to be made when there are none", async () => {
    stubBackend(emptyProject);
    renderApp(`${experimentPage}?tab=traces`);
    expect(await screen.findByText(/mlflow\.set_experiment\("digits"\)/)).toHaveTextContent("@mlflow.trace");
  });
});

describe("the traces of a run", () => {
  it("are on its page", async () => {
    const requests = stubBackend();
    renderApp(`/runs/${fixtures.run.id}`);
    expect(await screen.findByRole("link", { name: "answer" })).toHaveAttribute("href", tracePage);
    expect(requests.some((request) => request.url.includes(`run=${fixtures.run.id}`))).toBe(true);
  });

  it("have no room there when there are none", async () => {
    stubBackend({ ...project, "GET /api/v1/experiments/*/traces": { items: [] } });
    renderApp(`/runs/${fixtures.run.id}`);
    expect(await screen.findByText("Artifacts")).toBeVisible();
    expect(screen.queryByText("Traces")).not.toBeInTheDocument();
  });
});

describe("a trace", () => {
  it("tells where it belongs", async () => {
    stubBackend();
    renderApp(tracePage);
    expect(await screen.findByRole("heading", { level: 1, name: "answer" })).toBeVisible();
    expect(await screen.findByRole("link", { name: "digits-logistic-regression" })).toBeVisible();
    expect(screen.getByText("chat-7")).toBeVisible();
    expect(screen.getByText("team: vision")).toBeVisible();
    expect(screen.queryByText(/mlflow\.traceName/)).not.toBeInTheDocument();
    expect(screen.getByText("1,234 tokens")).toBeVisible();
  });

  it("is a tree that is walked, closed and opened by keys", async () => {
    stubBackend();
    const { router, user } = renderApp(tracePage);
    const tree = await screen.findByRole("tree", { name: "Spans" });
    const names = () =>
      within(tree)
        .getAllByRole("treeitem")
        .map((item) => item.getAttribute("aria-level"));
    expect(names()).toEqual(["1", "2", "2", "3"]);
    tree.focus();
    await user.keyboard("{ArrowDown}{ArrowDown}");
    await waitFor(() => expect(router.state.location.search).toEqual({ span: "cc" }));
    expect(tree).toHaveAttribute("aria-activedescendant", "span-cc");
    await user.keyboard("{ArrowLeft}");
    expect(names()).toEqual(["1", "2", "2"]);
    await user.keyboard("{ArrowRight}{ArrowRight}");
    await waitFor(() => expect(router.state.location.search).toEqual({ span: "dd" }));
    await user.keyboard("{ArrowLeft}");
    await waitFor(() => expect(router.state.location.search).toEqual({ span: "cc" }));
    await user.keyboard("{Home}");
    await waitFor(() => expect(router.state.location.search).toEqual({ span: "aa" }));
    await user.keyboard("{Enter}");
    expect(names()).toEqual(["1"]);
  });

  it("shows what models were told as messages, and the whole as JSON", async () => {
    stubBackend();
    const { user } = renderApp(`${tracePage}?span=cc`);
    const panel = await screen.findByRole("tabpanel");
    expect(
      within(panel)
        .getAllByRole("listitem")
        .map((item) => item.textContent),
    ).toEqual(["systemBe short.", "userWhich digit is the hardest?"]);
    expect(within(panel).getByText(/"model": "small"/)).toBeInTheDocument();
    await user.click(screen.getByRole("tab", { name: "Outputs" }));
    expect(await screen.findByText("assistant")).toBeVisible();
  });

  it("tells what went wrong, and where in the program", async () => {
    stubBackend();
    const { user } = renderApp(tracePage);
    await user.click(await screen.findByText("look up"));
    expect(await screen.findByText("no such table")).toHaveTextContent("LookupError");
    expect(screen.getByText(/line 7/)).toBeVisible();
    await user.click(screen.getByRole("tab", { name: /^Events/ }));
    expect(await screen.findByText("exception")).toBeVisible();
  });

  it("sets attributes that are JSON to be read", async () => {
    stubBackend();
    renderApp(`${tracePage}?span=bb&tab=attributes`);
    expect(await screen.findByText(/"most": 3/)).toBeVisible();
    expect(screen.getByText("index")).toBeVisible();
  });

  it("tells what is said of it, by whom, and what was overruled", async () => {
    stubBackend();
    const { router, user } = renderApp(tracePage);
    const card = (await screen.findByRole("heading", { name: "Assessments" })).closest("section");
    expect(card).toHaveTextContent(/correctFeedbacktrueAs the report says\.ada@example\.org·HUMAN/);
    expect(card).toHaveTextContent(/Overruledfalse/);
    await user.click(screen.getByRole("button", { name: "chat" }));
    await waitFor(() => expect(router.state.location.search).toEqual({ span: "cc" }));
  });

  it("of thousands of spans has only those in the document that are near", async () => {
    const many = Array.from({ length: 2000 }, (_, index) =>
      span(`s${index}`, index === 0 ? undefined : "s0", `span ${index}`, index, index + 1),
    );
    stubBackend({ ...project, "GET /api/v1/traces/*": { ...traceDetails, spans: many } });
    const { user } = renderApp(tracePage);
    const tree = await screen.findByRole("tree");
    expect(within(tree).getAllByRole("treeitem").length).toBeLessThan(100);
    tree.focus();
    await user.keyboard("{End}");
    expect(await screen.findByRole("heading", { name: "span 1999" })).toBeVisible();
  });

  it("without spans says so", async () => {
    stubBackend({ ...project, "GET /api/v1/traces/*": { ...traceDetails, spans: [] } });
    renderApp(tracePage);
    expect(await screen.findByText("No spans")).toBeVisible();
  });

  it("that is not there is told so", async () => {
    stubBackend({ ...project, "GET /api/v1/traces/*": problem(404, "NOT_FOUND", "There is no such trace") });
    renderApp("/traces/tr-none");
    expect(await screen.findByText("There is nothing here")).toBeVisible();
  });
});
