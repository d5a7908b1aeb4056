import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import { accessible, account, inRepository, logIn, picture, settled, useTheme } from "./support";

test.describe.configure({ mode: "serial" });

/** A name of its own for every run, so that the tests can be run again on the same platform; or one for good pictures. */
const stamp = Date.now().toString(36);
const name = process.env.TRINE_E2E_NAME ?? `digits-${stamp}`;
let page: Page;
const addresses: Record<string, string> = {};

test.beforeAll(async ({ browser }) => {
  test.skip(account.password === "", "TRINE_PASSWORD is not set");
  page = await (await browser.newContext()).newPage();
});

test.afterAll(async () => {
  await page.context().close();
});

test("a visitor without a session is asked to log in", async () => {
  await page.goto("/jobs");
  await expect(page.getByRole("heading", { name: "Log in to Trine" })).toBeVisible();
  await picture(page, "login");
  await accessible(page, "login");
  await page.getByLabel("E-mail").fill(account.email);
  await page.getByLabel("Password").fill("certainly not the password");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("alert")).toContainText("INVALID_CREDENTIALS");
  await logIn(page);
});

test("a file becomes a dataset version with typed columns", async () => {
  await page.getByRole("link", { name: "Datasets" }).click();
  await page.getByRole("button", { name: "New dataset" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New dataset" });
  await dialog.locator("input[type=file]").setInputFiles(inRepository("examples/digits/digits.csv.gz"));
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Description").fill("Handwritten digits, 8 by 8 pixels");
  await dialog.getByRole("combobox", { name: "Label column" }).click();
  await page.getByPlaceholder("Search…").fill("label");
  await page
    .getByRole("option")
    .filter({ hasText: /label|digit|target/ })
    .first()
    .click();
  await dialog.getByRole("button", { name: "Upload" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("1,797", { exact: true })).toBeVisible();
  await expect(page.getByText("65 columns")).toBeVisible();
  addresses.dataset = new URL(page.url()).pathname;
  await page.getByRole("tab", { name: "Rows" }).click();
  await expect(page.getByText("The first 50 rows.")).toBeVisible();
});

test("the version is split into train and test", async () => {
  await page.getByRole("tab", { name: /Splits/ }).click();
  await page.getByRole("button", { name: "New split" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New split" });
  await dialog.getByRole("button", { name: "Split", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/360 rows|359 rows|361 rows/)).toBeVisible();
});

test("a job trains on it, live, and succeeds", async () => {
  await page.getByRole("button", { name: "Train on it" }).last().click();
  const dialog = page.getByRole("dialog", { name: "New job" });
  await expect(dialog.getByRole("combobox", { name: "Split" })).toHaveText("default");
  await dialog.getByRole("button", { name: "Start training" }).click();
  await expect(page.getByRole("heading", { level: 1, name: new RegExp(name) })).toBeVisible();
  await expect(page.getByRole("log", { name: "Log" })).toContainText(/epoch/i, { timeout: 60_000 });
  await expect(page.getByRole("button", { name: "Register the model" })).toBeVisible({ timeout: 120_000 });
  addresses.job = new URL(page.url()).pathname;
  await page.getByRole("tab", { name: /Metrics/ }).click();
  await expect(page.getByRole("img", { name: /train_loss/ })).toBeVisible();
  await expect(page.getByRole("img", { name: /validation_accuracy: validation_accuracy 0\.9/ })).toBeVisible();
});

test("its model is registered with its origin", async () => {
  await page.getByRole("button", { name: "Register the model" }).click();
  const dialog = page.getByRole("dialog", { name: "Register the model" });
  await dialog.getByRole("button", { name: "Register" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page.getByRole("link", { name: /job_/ })).toHaveAttribute("href", addresses.job ?? "");
  addresses.model = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "Set alias" }).click();
  await page.getByRole("dialog").getByLabel("Alias").fill("champion");
  await page.getByRole("dialog").getByRole("button", { name: "Set alias" }).click();
  await expect(page.getByText("champion → v1")).toBeVisible();
});

test("the model is judged on the rows it has not seen", async () => {
  await page.getByRole("button", { name: "Evaluate" }).click();
  const dialog = page.getByRole("dialog", { name: "New evaluation" });
  await dialog.getByRole("combobox", { name: "Dataset" }).click();
  await page.getByPlaceholder("Search…").fill(name);
  await page.getByRole("option", { name: new RegExp(name) }).click();
  await expect(dialog.getByRole("combobox", { name: "Part of the split" })).toHaveText("test");
  await dialog.getByRole("button", { name: "Evaluate" }).click();
  await expect(page.getByRole("heading", { level: 1, name: `${name} v1` })).toBeVisible();
  await expect(page.getByRole("region", { name: "Confusion matrix" })).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText(/^9\d\.\d\d%$/).first()).toBeVisible();
  addresses.evaluation = new URL(page.url()).pathname;
});

test("the model is deployed and answers over the gateway", async () => {
  await page.goto(addresses.model ?? "");
  await page.getByRole("button", { name: "Deploy" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Deploy" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page.locator("header").getByText("Ready")).toBeVisible({ timeout: 120_000 });
  addresses.service = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "Take a row of the data" }).click();
  await expect(page.getByText("The data says")).toBeVisible();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByText(/answered in/)).toBeVisible();
  await expect(page.getByRole("list", { name: "probabilities" }).getByRole("listitem")).toHaveCount(10);
  await expect(page.getByRole("region", { name: /Notification/ }).getByRole("listitem")).toHaveCount(0);
  await picture(page, "service");
});

test("an API key is made, and its secret is shown once", async () => {
  await page.goto("/api-keys");
  await page.getByRole("button", { name: "New API key" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(`e2e-${stamp}`);
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(dialog.getByText(/^trine_/)).toBeVisible();
  await dialog.getByRole("button", { name: "I have kept it" }).click();
  await expect(page.getByText(`e2e-${stamp}`)).toBeVisible();
});

/** Every page with the name of its picture. */
function pages(): [picture: string, address: string][] {
  return [
    ["overview", "/"],
    ["datasets", "/datasets"],
    ["dataset", addresses.dataset ?? ""],
    ["dataset-splits", `${addresses.dataset ?? ""}?tab=splits`],
    ["jobs", "/jobs"],
    ["new-job", `/jobs?create=true&dataset=${name}`],
    ["job-log", addresses.job ?? ""],
    ["job-metrics", `${addresses.job ?? ""}?tab=metrics`],
    ["experiments", "/experiments"],
    ["experiment", addresses.experiment ?? ""],
    ["run", addresses.run ?? ""],
    ["evaluations", "/evaluations"],
    ["evaluation", addresses.evaluation ?? ""],
    ["models", "/models"],
    ["model", addresses.model ?? ""],
    ["services", "/services"],
    ["service", addresses.service ?? ""],
    ["nodes", "/nodes"],
    ["api-keys", "/api-keys"],
    ["gallery", "/gallery"],
    ["not-found", "/nowhere"],
  ];
}

test("the experiment shows the run with its figures", async () => {
  await page.goto(addresses.job ?? "");
  await page.getByRole("link", { name: "Open the run" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Artifacts" })).toBeVisible();
  await expect(page.getByText("model/model.onnx")).toBeVisible();
  addresses.run = new URL(page.url()).pathname;
  await page.getByRole("navigation", { name: "Breadcrumbs" }).getByRole("link").last().click();
  await expect(page.getByRole("columnheader", { name: "validation_accuracy" })).toBeVisible();
  addresses.experiment = new URL(page.url()).pathname;
});

for (const theme of ["light", "dark"] as const) {
  test(`every page is accessible in the ${theme} theme`, async () => {
    for (const [file, address] of pages()) {
      await page.goto(address);
      await useTheme(page, theme);
      await settled(page);
      if (theme === "light" && file !== "service") {
        await picture(page, file);
      } else if (file === "job-metrics") {
        await picture(page, "dark");
      }
      await accessible(page, `${file} (${theme})`);
    }
    await useTheme(page, "light");
  });
}

test("the interface speaks Chinese", async () => {
  await page.goto("/");
  await page.getByRole("button", { name: "Language" }).click();
  await page.getByRole("menuitemcheckbox", { name: "简体中文" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "概览" })).toBeVisible();
  await page.goto(addresses.job ?? "");
  await settled(page);
  await picture(page, "zh-CN");
  await accessible(page, "job (zh-CN)");
  await page.evaluate(() => localStorage.setItem("trine.language", "en"));
});

test("the interface fits a phone", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(addresses.job ?? "");
  await settled(page);
  await picture(page, "mobile");
  await accessible(page, "job (phone)");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.getByRole("button", { name: "Open menu" }).click();
  await page.getByRole("dialog", { name: "Menu" }).getByRole("link", { name: "Models" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Models" })).toBeVisible();
  await page.setViewportSize({ width: 1440, height: 900 });
});

test("whoever logs out is out", async () => {
  await page.goto("/");
  await page.getByRole("button", { name: /Account of/ }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await expect(page.getByRole("heading", { name: "Log in to Trine" })).toBeVisible();
  await page.goto("/models");
  await expect(page.getByRole("heading", { name: "Log in to Trine" })).toBeVisible();
});
