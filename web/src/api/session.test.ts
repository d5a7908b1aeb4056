import { beforeEach, describe, expect, it, vi } from "vitest";
import { me } from "@/test/fixtures";
import { problem, project, stubBackend } from "@/test/backend";
import { ApiError } from "./errors";
import { checked } from "./http";
import { chooseProject, currentProject } from "./project";
import { accept, accessToken, followOtherTabs, forget, restore, sessionEnd, signedIn } from "./session";

const session = (accessToken: string, expiresIn = 900) => ({
  user: me.user,
  accessToken,
  refreshToken: `refresh-of-${accessToken}`,
  expiresIn,
});

const refreshes = (requests: Request[]) => requests.filter((request) => request.url.endsWith("/auth/refresh")).length;

describe("the session", () => {
  beforeEach(() => forget());

  it("gives the token it has as long as that is good", async () => {
    const requests = stubBackend();
    accept(session("fresh"));
    expect(await accessToken()).toBe("fresh");
    expect(refreshes(requests)).toBe(0);
  });

  it("renews a token that is about to end, once for all who ask at the same time", async () => {
    const requests = stubBackend();
    accept(session("old", 10));
    expect(await Promise.all([accessToken(), accessToken(), accessToken()])).toEqual([
      "access-1",
      "access-1",
      "access-1",
    ]);
    expect(refreshes(requests)).toBe(1);
    expect(localStorage.getItem("trine.refresh")).toBe("refresh-2");
  });

  it("ends when the refresh token is refused, and is kept when the server is only away", async () => {
    stubBackend({ "POST /api/v1/auth/refresh": problem(503, "DATABASE_UNAVAILABLE", "away") });
    localStorage.setItem("trine.refresh", "mine");
    await expect(restore()).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE" });
    expect(localStorage.getItem("trine.refresh")).toBe("mine");

    stubBackend({ "POST /api/v1/auth/refresh": problem(401, "TOKEN_EXPIRED", "The token has expired") });
    expect(await restore()).toBeNull();
    expect(localStorage.getItem("trine.refresh")).toBeNull();
    expect(signedIn()).toBeNull();
  });

  it("answers a 401 by one renewal and one retry with the same body", async () => {
    accept(session("revoked"));
    const bodies: string[] = [];
    stubBackend({
      ...project,
      "POST /api/v1/models": async (request: Request) => {
        bodies.push(await request.text());
        return request.headers.get("Authorization") === "Bearer access-1"
          ? { name: "digits" }
          : problem(401, "TOKEN_EXPIRED", "The token has expired");
      },
    });
    const response = await checked("/api/v1/models", { method: "POST", body: '{"name":"digits"}' });
    expect(await response.json()).toEqual({ name: "digits" });
    expect(bodies).toEqual(['{"name":"digits"}', '{"name":"digits"}']);
  });

  it("names the chosen project in every request", async () => {
    accept(session("fresh"));
    chooseProject("handwriting");
    const requests = stubBackend();
    await checked("/api/v1/models");
    expect(requests[0]?.headers.get("X-Trine-Project")).toBe("handwriting");
  });

  it("keeps the project of its own tab when another tab works in another one", async () => {
    accept(session("fresh"));
    chooseProject("mine");
    localStorage.setItem("trine.project", "theirs");
    const requests = stubBackend();
    await checked("/api/v1/models");
    expect(requests[0]?.headers.get("X-Trine-Project")).toBe("mine");
  });

  it("leaves no project behind at a logout, and keeps the place of one that has expired", async () => {
    stubBackend({ "POST /api/v1/auth/refresh": problem(401, "TOKEN_EXPIRED", "The token has expired") });
    accept(session("old"));
    chooseProject("handwriting");
    expect(await restore()).toBeNull();
    expect([sessionEnd(), currentProject()]).toEqual(["expiry", "handwriting"]);
    forget();
    expect([sessionEnd(), currentProject()]).toEqual(["logout", null]);
    expect(localStorage.getItem("trine.project")).toBeNull();
  });

  it("ends with a logout in another tab", () => {
    accept(session("fresh"));
    const stop = followOtherTabs();
    window.dispatchEvent(new StorageEvent("storage", { key: "trine.user", newValue: null }));
    stop();
    expect([signedIn(), sessionEnd()]).toEqual([null, "logout"]);
  });

  it("becomes that of the account another tab has logged in with", async () => {
    const bob = { id: "usr_2", email: "bob@example.org", name: "Bob" };
    stubBackend({ "POST /api/v1/auth/refresh": { ...session("bobs"), user: bob } });
    accept(session("fresh"));
    localStorage.setItem("trine.refresh", "refresh-of-bob");
    const stop = followOtherTabs();
    window.dispatchEvent(new StorageEvent("storage", { key: "trine.user", newValue: bob.id }));
    stop();
    await vi.waitFor(() => expect(signedIn()?.user).toEqual(bob), { timeout: 60_000 });
  });

  it("sends nothing of one user's as another", async () => {
    const bob = { id: "usr_2", email: "bob@example.org", name: "Bob" };
    const refused = {
      "POST /api/v1/auth/refresh": { ...session("bobs"), user: bob },
      "POST /api/v1/models": problem(401, "TOKEN_EXPIRED", "The token has expired"),
    };
    accept(session("old", 10));
    const expired = stubBackend(refused);
    await expect(checked("/api/v1/models", { method: "POST", body: "{}" })).rejects.toMatchObject({ status: 401 });
    expect(expired.map((request) => new URL(request.url).pathname)).toEqual(["/api/v1/auth/refresh"]);

    accept(session("revoked"));
    const revoked = stubBackend(refused);
    await expect(checked("/api/v1/models", { method: "POST", body: "{}" })).rejects.toMatchObject({ status: 401 });
    expect(revoked.filter((request) => request.url.endsWith("/models"))).toHaveLength(1);
  });

  it("turns a broken line into an error of its own", async () => {
    accept(session("fresh"));
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(checked("/api/v1/models")).rejects.toMatchObject({ code: "NETWORK", status: 0 });
  });
});

describe("an API error", () => {
  it("keeps the code, the request id and the violations of the problem document", async () => {
    const error = await ApiError.from(
      problem(422, "VALIDATION_FAILED", "The request has invalid fields", [{ field: "data", message: "is missing" }]),
    );
    expect(error).toMatchObject({ status: 422, code: "VALIDATION_FAILED", requestId: "req_1" });
    expect(error.violation("data.dataset")).toBe("is missing");
    expect(error.violation("name")).toBeUndefined();
    expect(error.transient).toBe(false);
  });

  it("is made of the status alone when the answer is no problem document", async () => {
    const error = await ApiError.from(new Response("<html>", { status: 502, statusText: "Bad Gateway" }));
    expect(error).toMatchObject({ status: 502, code: "HTTP_502", message: "Bad Gateway", transient: true });
  });
});
