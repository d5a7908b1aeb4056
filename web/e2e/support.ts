import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@playwright/test";
import type { Page } from "@playwright/test";

/** The account the tests work with. */
export const account = {
  email: process.env.TRINE_EMAIL ?? "admin@trine.local",
  password: process.env.TRINE_PASSWORD ?? "",
};

/** A path of this repository as a path of this machine. */
export function inRepository(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
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

/** No violation of WCAG 2.2 A and AA that axe can find. */
export async function accessible(page: Page, what: string): Promise<void> {
  const result = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const found = result.violations.map(
    (violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).join(", ")}`,
  );
  expect(found, what).toEqual([]);
}

/** Takes a picture for the documentation. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: inRepository(`docs/images/${name}.png`), animations: "disabled" });
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
