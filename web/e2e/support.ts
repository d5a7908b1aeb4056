import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@playwright/test";
import type { Page } from "@playwright/test";

/** The account the tests work with. */
export const account = {
  email: process.env.TRINE_EMAIL ?? "admin@trine.local",
  password: needed("TRINE_PASSWORD"),
};

function needed(variable: string): string {
  const value = process.env[variable] ?? "";
  if (value === "") {
    throw new Error(`${variable} is not set; "make e2e" starts a platform and sets what the tests need`);
  }
  return value;
}

/** A path of this repository as a path of this machine. */
export function inRepository(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** The first rows of the example's data: pixels, and the digit that each shows. */
export function digits(count: number): { pixels: number[]; label: string }[] {
  const [header = "", ...lines] = gunzipSync(readFileSync(inRepository("examples/digits/digits.csv.gz")))
    .toString("utf8")
    .trimEnd()
    .split(/\r?\n/);
  const label = header.split(",").indexOf("label");
  return lines.slice(0, count).map((line) => {
    const cells = line.split(",");
    return { pixels: cells.filter((_, column) => column !== label).map(Number), label: cells[label] ?? "" };
  });
}

/** What a page complains of from now on: exceptions that nobody caught, and errors on the console. */
export function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on("pageerror", (error) => found.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") {
      found.push(`${message.text()} (${message.location().url})`);
    }
  });
  return found;
}

/** Holds back every answer of the API but streams of events, as if the page never asked; until what it returns is called. */
export async function onlyStreams(page: Page): Promise<() => Promise<void>> {
  let letThrough!: () => void;
  const through = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  const asked = (url: URL) => url.pathname.startsWith("/api/") && !/\/(events|stream)$/.test(url.pathname);
  await page.route(asked, async (route) => {
    await through;
    await route.continue();
  });
  return async () => {
    letThrough();
    await page.unrouteAll({ behavior: "wait" });
  };
}

/** Waits until nothing is loading any more: no skeletons, no pending pages, and fonts and animations are done. */
export async function settled(page: Page): Promise<void> {
  // By its tag: a dialog in front hides the heading from the roles, not from the eye.
  await expect(page.locator("h1").first()).toBeVisible();
  await expect(page.getByRole("status", { name: /Loading|\u52a0\u8f7d\u4e2d/ })).toHaveCount(0);
  if (new URL(page.url()).pathname !== "/gallery") {
    await expect(page.locator("table[aria-busy=true]")).toHaveCount(0); // the gallery shows one for ever
  }
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getTiming().iterations !== Infinity)
        .map((animation) => animation.finished.catch(() => undefined)),
    ),
  );
}

/** From the next address on: the greatest width that the page's content ever had, after whichever change of it. */
export async function widestEver(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const seen = window as unknown as { widest: number };
    seen.widest = 0;
    new MutationObserver(() => {
      seen.widest = Math.max(seen.widest, document.documentElement.scrollWidth);
    }).observe(document, { childList: true, subtree: true, attributes: true });
  });
  return () =>
    page.evaluate(() =>
      Math.max((window as unknown as { widest: number }).widest, document.documentElement.scrollWidth),
    );
}

/** A tooltip hangs beside the page's regions; it repeats a name and comes and goes with the pointer. */
const TOOLTIP = '[data-radix-popper-content-wrapper]:has([role="tooltip"])';

/** What axe judges by the colours alone, which is all that a theme changes. */
export const COLOURS = ["color-contrast", "link-in-text-block"];

/** No violation of WCAG 2.2 A and AA that axe can find, or of some of its rules. */
export async function accessible(page: Page, what: string, rules?: string[]): Promise<void> {
  const axe = new AxeBuilder({ page }).exclude(TOOLTIP);
  const chosen = rules
    ? axe.withRules(rules)
    : axe.withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]);
  const result = await chosen.analyze();
  const found = result.violations.map(
    (violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).join(", ")}`,
  );
  expect(found, what).toEqual([]);
}

/** Takes a picture for the documentation, into which "make screenshots" copies it. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: inRepository(`web/test-results/pictures/${name}.png`), animations: "disabled" });
}

/** Chooses a language as a visitor who comes back has it chosen. */
export async function useLanguage(page: Page, language: "en" | "zh-CN"): Promise<void> {
  await page.evaluate((choice) => localStorage.setItem("trine.language", choice), language);
}

export async function useTheme(page: Page, theme: "light" | "dark"): Promise<void> {
  await page.evaluate((choice) => {
    localStorage.setItem("trine.theme", choice);
    document.documentElement.dataset.theme = choice;
  }, theme);
}

export async function logIn(page: Page): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("E-mail").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
}
