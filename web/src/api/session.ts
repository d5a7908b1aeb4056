import { ApiError } from "./errors";
import { chooseProject } from "./project";
import type { Session, User } from "./types";

/** Who is logged in. The access token lives in memory alone; the refresh token outlives a reload. */
export interface SignedIn {
  user: User;
  accessToken: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** How a session came to its end: its user left, or the platform takes its tokens no longer. */
export type SessionEnd = "logout" | "expiry";

const REFRESH_KEY = "trine.refresh";
/** Whose session it is, for the other tabs; a logout removes it, an expired session leaves it. */
const USER_KEY = "trine.user";
/** Renewed this long before it ends, so that no request leaves with a token that dies on the way. */
const MARGIN_MS = 30_000;

let current: SignedIn | null = null;
let end: SessionEnd = "logout";
let refreshing: Promise<SignedIn | null> | null = null;
const listeners = new Set<() => void>();

function announce(next: SignedIn | null) {
  current = next;
  listeners.forEach((listener) => listener());
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function signedIn(): SignedIn | null {
  return current;
}

/** How the last session ended. */
export function sessionEnd(): SessionEnd {
  return end;
}

/** Takes the tokens of an answered login, registration or refresh. */
export function accept(session: Session): SignedIn {
  localStorage.setItem(USER_KEY, session.user.id);
  localStorage.setItem(REFRESH_KEY, session.refreshToken);
  const next = {
    user: session.user,
    accessToken: session.accessToken,
    expiresAt: Date.now() + session.expiresIn * 1000,
  };
  announce(next);
  return next;
}

/**
 * Forgets the tokens here; the server side is told by {@link logout}. Whoever logs out leaves no project behind for the next
 * one; whose session has expired goes on where they were.
 */
export function forget(by: SessionEnd = "logout"): void {
  if (by === "logout") {
    localStorage.removeItem(USER_KEY);
  }
  localStorage.removeItem(REFRESH_KEY);
  left(by);
}

function left(by: SessionEnd): void {
  end = by;
  if (by === "logout") {
    chooseProject(null);
  }
  announce(null);
}

/** Follows what other tabs do to the session: a logout there ends it here, another account there is taken over here. */
export function followOtherTabs(): () => void {
  const onStorage = ({ key, newValue }: StorageEvent) => {
    if (current === null) {
      return;
    }
    if (key === USER_KEY && newValue !== null && newValue !== current.user.id) {
      current = null;
      restore().catch(() => left("expiry"));
    } else if ((key === USER_KEY || key === REFRESH_KEY) && newValue === null) {
      left(key === USER_KEY ? "logout" : "expiry");
    }
  };
  window.addEventListener("storage", onStorage);
  return () => window.removeEventListener("storage", onStorage);
}

/** Tells the server to revoke the refresh token, and forgets the session even if that fails. */
export async function logout(): Promise<void> {
  const refreshToken = localStorage.getItem(REFRESH_KEY);
  forget();
  if (refreshToken !== null) {
    await post("/api/v1/auth/logout", { refreshToken }).catch(() => undefined);
  }
}

/** A token that is good for at least the margin; null when nobody is logged in. */
export async function accessToken(): Promise<string | null> {
  if (current !== null && current.expiresAt - Date.now() > MARGIN_MS) {
    return current.accessToken;
  }
  return (await restore())?.accessToken ?? null;
}

/**
 * Renews the session from the stored refresh token. Refresh tokens work once, so renewals are one at a time: within the page
 * by a shared promise, between tabs by a lock under which the stored token is read again.
 */
export function restore(): Promise<SignedIn | null> {
  refreshing ??= exclusively(renew).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function renew(): Promise<SignedIn | null> {
  const refreshToken = localStorage.getItem(REFRESH_KEY);
  if (refreshToken === null) {
    if (current !== null) {
      left("expiry");
    }
    return null;
  }
  const response = await post("/api/v1/auth/refresh", { refreshToken });
  if (response.ok) {
    return accept((await response.json()) as Session);
  }
  if (response.status === 401 || response.status === 403) {
    forget("expiry");
    return null;
  }
  throw await ApiError.from(response);
}

/** `navigator.locks` is there in secure contexts only; a plain-HTTP page on another host has one tab's promise to rely on. */
function exclusively<T>(work: () => Promise<T>): Promise<T> {
  const locks = (navigator as Partial<Navigator>).locks;
  return locks === undefined ? work() : (locks.request("trine.refresh", work) as Promise<T>);
}

function post(path: string, body: unknown): Promise<Response> {
  return fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}
