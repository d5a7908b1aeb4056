import { useSyncExternalStore } from "react";

/** One clock for the whole page: a tick a second, only while somebody looks. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    listeners.forEach((each) => each());
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time, to the second; the component renders again as it passes. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => Math.floor(now / 1000) * 1000);
}
