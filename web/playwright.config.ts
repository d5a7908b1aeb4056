import { defineConfig } from "@playwright/test";

/**
 * Drives a running Trine in a real browser. Settings: TRINE_URL, TRINE_EMAIL, TRINE_PASSWORD, CHROMIUM_PATH;
 * TRINE_E2E_NAME names the dataset, model and service that are made (on a fresh platform, for the pictures).
 */
export default defineConfig({
  testDir: "e2e",
  timeout: 900_000,
  expect: { timeout: 120_000 },
  fullyParallel: false,
  workers: 1,
  retries: 0,
  reporter: [["list"]],
  use: {
    baseURL: process.env.TRINE_URL ?? "http://localhost:8080",
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    colorScheme: "light",
    contextOptions: { reducedMotion: "reduce" },
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
      args: ["--no-sandbox"],
    },
  },
});
