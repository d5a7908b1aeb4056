/** Which project the interface works in; every request names it in `X-Trine-Project`. */
const KEY = "trine.project";
const listeners = new Set<() => void>();

export function currentProject(): string | null {
  return localStorage.getItem(KEY);
}

export function chooseProject(slug: string | null): void {
  if (slug === null) {
    localStorage.removeItem(KEY);
  } else {
    localStorage.setItem(KEY, slug);
  }
  listeners.forEach((listener) => listener());
}

export function subscribeProject(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
