/**
 * Which project this tab works in; every request names it in `X-Trine-Project`. The choice is the tab's own: it survives a reload
 * in the session storage, and is only the first suggestion for tabs that are opened later. Otherwise a switch in one tab would
 * send what another one writes to the wrong project.
 */
const KEY = "trine.project";
const listeners = new Set<() => void>();

/** undefined: not asked for in this tab yet. */
let current: string | null | undefined;

export function currentProject(): string | null {
  if (current === undefined) {
    current = sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
    if (current !== null) {
      sessionStorage.setItem(KEY, current);
    }
  }
  return current;
}

export function chooseProject(slug: string | null): void {
  current = slug;
  for (const storage of [sessionStorage, localStorage]) {
    if (slug === null) {
      storage.removeItem(KEY);
    } else {
      storage.setItem(KEY, slug);
    }
  }
  listeners.forEach((listener) => listener());
}

/** Sees to it that the project is one of those the user reaches: another account may have left its own behind. */
export function settleProject(reachable: readonly { slug: string }[]): void {
  if (!reachable.some((project) => project.slug === currentProject())) {
    chooseProject(reachable[0]?.slug ?? null);
  }
}

export function subscribeProject(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
