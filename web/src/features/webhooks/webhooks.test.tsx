import { screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { forget } from "@/api/session";
import { problem, project, stubBackend } from "@/test/backend";
import { renderApp } from "@/test/renderApp";
import { webhook } from "@/test/webhooks";

afterEach(() => forget());

function asked(requests: Request[], method: string, path: string): Request[] {
  return requests.filter((request) => request.method === method && new URL(request.url).pathname === path);
}

describe("webhooks", () => {
  it("are listed with what they are told of", async () => {
    stubBackend();
    renderApp("/webhooks");
    const row = (await screen.findByRole("button", { name: "deploys" })).closest("tr");
    expect(row).toHaveTextContent("https://ci.example.com/hooks/models");
    expect(row).toHaveTextContent(/Model version registered.*Alias set.*\+2/);
    expect(screen.getByRole("switch", { name: "deploys is active" })).toBeChecked();
    expect(screen.getByRole("switch", { name: "chat is active" })).not.toBeChecked();
  });

  it("are made of a name, an address and events", async () => {
    const requests = stubBackend({ ...project, "POST /api/v1/webhooks": webhook });
    const { user } = renderApp("/webhooks");
    await user.click(await screen.findByRole("button", { name: "New webhook" }));
    const dialog = await screen.findByRole("dialog", { name: "New webhook" });
    expect(within(dialog).getByRole("button", { name: "Create" })).toBeDisabled();
    await user.type(within(dialog).getByLabelText(/^Name/), "deploys");
    await user.type(within(dialog).getByLabelText(/^Address/), "https://ci.example.com/hooks/models");
    await user.click(within(dialog).getByRole("checkbox", { name: "Alias set" }));
    await user.click(within(dialog).getByRole("button", { name: "Create" }));
    await waitFor(() => expect(dialog).not.toBeInTheDocument());
    expect(await asked(requests, "POST", "/api/v1/webhooks")[0]?.json()).toEqual({
      name: "deploys",
      url: "https://ci.example.com/hooks/models",
      events: ["MODEL_VERSION_CREATED", "MODEL_VERSION_ALIAS_CREATED"],
    });
  });

  it("show what is wrong with an address at its field", async () => {
    const refused = problem(400, "VALIDATION_FAILED", "The request is invalid", [
      { field: "url", message: "'http://10.0.0.1' does not lead to a public address" },
    ]);
    stubBackend({ ...project, "POST /api/v1/webhooks": refused });
    const { user } = renderApp("/webhooks");
    await user.click(await screen.findByRole("button", { name: "New webhook" }));
    const dialog = await screen.findByRole("dialog", { name: "New webhook" });
    await user.type(within(dialog).getByLabelText(/^Name/), "deploys");
    await user.type(within(dialog).getByLabelText(/^Address/), "http://10.0.0.1");
    await user.click(within(dialog).getByRole("button", { name: "Create" }));
    await waitFor(() =>
      expect(within(dialog).getByLabelText(/^Address/)).toHaveAccessibleDescription(/does not lead to a public/),
    );
  });

  it("are switched off and on", async () => {
    const requests = stubBackend({ ...project, "PATCH /api/v1/webhooks/*": { ...webhook, status: "DISABLED" } });
    const { user } = renderApp("/webhooks");
    await user.click(await screen.findByRole("switch", { name: "deploys is active" }));
    await waitFor(() => expect(asked(requests, "PATCH", `/api/v1/webhooks/${webhook.id}`)).toHaveLength(1));
    expect(await asked(requests, "PATCH", `/api/v1/webhooks/${webhook.id}`)[0]?.json()).toEqual({
      status: "DISABLED",
    });
  });

  it("are tried, and tell how that went", async () => {
    stubBackend({ ...project, "POST /api/v1/webhooks/*/test": { success: false, status: 500, body: "" } });
    const { user } = renderApp("/webhooks");
    await user.click(await screen.findByRole("button", { name: "Send an example to deploys" }));
    expect(await screen.findByText("“deploys” did not take the example: answer 500")).toBeVisible();
  });

  it("show what they were told", async () => {
    stubBackend();
    const { user } = renderApp("/webhooks");
    await user.click(await screen.findByRole("button", { name: "deploys" }));
    const dialog = await screen.findByRole("dialog", { name: "deploys" });
    expect(dialog).toHaveTextContent("They are signed");
    const rows = await within(dialog).findAllByRole("row");
    expect(rows[1]).toHaveTextContent(/Model version registered.*Delivered.*1 attempt.*answer 200/);
    expect(rows[2]).toHaveTextContent(/Prompt created.*Pending.*3 attempts.*the answer was 503.*Again/);
  });

  it("are deleted when that is confirmed", async () => {
    const requests = stubBackend({
      ...project,
      "DELETE /api/v1/webhooks/*": () => new Response(null, { status: 204 }),
    });
    const { user } = renderApp("/webhooks");
    await user.click(await screen.findByRole("button", { name: "Delete deploys" }));
    await user.click(
      within(await screen.findByRole("dialog", { name: "Delete “deploys”?" })).getByRole("button", {
        name: "Delete",
      }),
    );
    await waitFor(() => expect(asked(requests, "DELETE", `/api/v1/webhooks/${webhook.id}`)).toHaveLength(1));
    expect(await screen.findByText("“deploys” was deleted")).toBeVisible();
  });
});
