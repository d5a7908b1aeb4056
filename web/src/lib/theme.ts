import { useSyncExternalStore } from "react";

/** What the user chose; `system` follows the operating system. */
export type ThemeChoice = "system" | "light" | "dark";

const KEY = "trine.theme";
const listeners = new Set<() => void>();

function prefersDark(): boolean {
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

export function themeChoice(): ThemeChoice {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

function apply(): void {
  const choice = themeChoice();
  const dark = choice === "dark" || (choice === "system" && prefersDark());
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

export function chooseTheme(choice: ThemeChoice): void {
  localStorage.setItem(KEY, choice);
  apply();
  listeners.forEach((listener) => listener());
}

/** Applies the stored choice and keeps following the operating system. */
export function startTheme(): void {
  apply();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
}

export function useTheme(): ThemeChoice {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, themeChoice);
}
