import { useSyncExternalStore } from "react";

/** A word to the user about something that has happened. */
export interface ToastMessage {
  id: number;
  tone: "success" | "danger" | "info";
  title: string;
  description?: string;
}

let messages: readonly ToastMessage[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: readonly ToastMessage[]): void {
  messages = next;
  listeners.forEach((listener) => listener());
}

/** Shows a toast; may be called from anywhere. */
export function toast(tone: ToastMessage["tone"], title: string, description?: string): void {
  change([...messages.slice(-3), { id: ++lastId, tone, title, ...(description === undefined ? {} : { description }) }]);
}

export function dismissToast(id: number): void {
  change(messages.filter((message) => message.id !== id));
}

export function useToasts(): readonly ToastMessage[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => messages,
  );
}
