import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import {
  COLOURS,
  accessible,
  account,
  complaints,
  digits,
  inRepository,
  logIn,
  onlyStreams,
  picture,
  settled,
  useLanguage,
  useTheme,
  widestEver,
} from "./support";
import { tellTrace } from "./traces";

test.describe.configure({ mode: "serial" });

/** A name of its own for every run, so that the tests can be run again on the same platform; or one for good pictures. */
const stamp = Date.now().toString(36);
const name = process.env.TRINE_E2E_NAME ?? `digits-${stamp}`;
let page: Page;
let complained: string[] = [];
const addresses: Record<string, string> = {};

test.beforeAll(async ({ browser }) => {
  page = await (await browser.newContext()).newPage();
  complained = complaints(page);
});

test.afterEach(() => {
  expect(complained.splice(0), "errors that the page met on its own").toEqual([]);
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
  expect(complained.splice(0), "the browser tells of the refusal too").toEqual([
    expect.stringMatching(/401.*\/auth\/login/),
  ]);
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
  await settled(page);
  await accessible(page, "upload dialog");
  await dialog.getByRole("button", { name: "Upload" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
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

/** How many points a chart of the job's page has. */
async function points(metric: string): Promise<number> {
  const line = page.getByRole("img", { name: new RegExp(`^${metric}`) }).locator("polyline");
  return ((await line.getAttribute("points")) ?? "").split(" ").length;
}

test("a job's log and charts grow by its streams alone while it runs, and it can be cancelled", async () => {
  await page.getByRole("button", { name: "Train on it" }).last().click();
  const dialog = page.getByRole("dialog", { name: "New job" });
  await dialog.getByRole("combobox", { name: "Algorithm" }).click();
  await page.getByRole("option", { name: "Factorization machine" }).click();
  await dialog.getByLabel("Epochs").fill("100000"); // hours: it runs until it is cancelled
  await dialog.getByLabel("Factors").fill("64");
  await dialog.getByLabel("Learning rate").fill("0.02");
  await dialog.getByRole("button", { name: "Start training" }).click();
  const log = page.getByRole("log", { name: "Log" });
  await expect(log).toContainText("epoch 2/100000");
  await expect(page.locator("header").getByText("Running")).toBeVisible();

  await page.getByRole("tab", { name: /Metrics/ }).click();
  await expect(page.getByRole("img", { name: /^validation_accuracy/ })).toBeVisible();
  await page.getByRole("tab", { name: "Log" }).click();
  const letAnswersThrough = await onlyStreams(page);
  const lines = await log.locator("div").count();
  await expect.poll(() => log.locator("div").count()).toBeGreaterThan(lines + 3);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await page.getByRole("tab", { name: /Metrics/ }).click();
  await expect(page.getByRole("img", { name: /^validation_accuracy/ })).toBeVisible();
  const first = await points("train_loss");
  await expect.poll(() => points("train_loss")).toBeGreaterThan(first + 3);
  expect(await points("validation_accuracy")).toBeGreaterThan(first);
  await letAnswersThrough();

  await expect.poll(() => points("train_loss")).toBeGreaterThan(20);
  await picture(page, "job-running");
  await accessible(page, "a running job");
  await page.getByRole("button", { name: "Language" }).click();
  await page.getByRole("menuitemcheckbox", { name: "简体中文" }).click();
  await expect(page.locator("header").getByText("运行中")).toBeVisible();
  await page.getByRole("heading", { level: 1 }).click(); // takes pointer and focus, and so the tooltip, off the menu
  await settled(page);
  await picture(page, "zh-CN-job-running");
  await useLanguage(page, "en");
  await page.reload();

  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.locator("header").getByText("Cancelled")).toBeVisible();
  await page.getByRole("tab", { name: "Log" }).click();
  await expect(page.getByText("Ended", { exact: true })).toBeVisible();
});

test("a job trains on it and succeeds", async () => {
  await page.goto(`${addresses.dataset ?? ""}?tab=splits`);
  await page.getByRole("button", { name: "Train on it" }).last().click();
  const dialog = page.getByRole("dialog", { name: "New job" });
  await expect(dialog.getByRole("combobox", { name: "Split" })).toHaveText("default");
  await dialog.getByRole("button", { name: "Start training" }).click();
  await expect(page.getByRole("heading", { level: 1, name: new RegExp(name) })).toBeVisible();
  await expect(page.getByRole("log", { name: "Log" })).toContainText("epoch 30/30");
  await expect(page.getByRole("button", { name: "Register the model" })).toBeVisible();
  addresses.job = new URL(page.url()).pathname;
  await page.getByRole("tab", { name: /Metrics/ }).click();
  await expect(page.getByRole("img", { name: /train_loss/ })).toBeVisible();
  await expect(page.getByRole("img", { name: /validation_accuracy: validation_accuracy 0\.9[5-9]/ })).toBeVisible();
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
  await expect(page.getByRole("region", { name: "Confusion matrix" })).toBeVisible();
  const accuracy = page.locator("div").filter({ has: page.getByText("Accuracy", { exact: true }) });
  await expect(accuracy.last()).toHaveText(/^Accuracy(9[5-9]\.\d\d|100\.00)%$/);
  addresses.evaluation = new URL(page.url()).pathname;
});

test("the model is deployed and answers over the gateway", async () => {
  await page.goto(addresses.model ?? "");
  await page.getByRole("button", { name: "Deploy" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Deploy" }).click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page.locator("header").getByText("Ready")).toBeVisible();
  addresses.service = new URL(page.url()).pathname;
  const known = digits(5); // 0 to 4; the sixth row is a five that looks like a nine
  await page.getByRole("textbox", { name: /rows as JSON/ }).fill(JSON.stringify(known.map((row) => row.pixels)));
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByTestId("answer")).toHaveText(known.map((row) => row.label));
  await page.getByRole("button", { name: "Take a row of the data" }).click();
  await expect(page.getByText("The data says")).toBeVisible();
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByText(/answered in/)).toBeVisible();
  await expect(page.getByRole("list", { name: "probabilities" }).getByRole("listitem")).toHaveCount(10);
  await expect(page.getByRole("region", { name: /Notification/ }).getByRole("listitem")).toHaveCount(0);
  await picture(page, "service");
});

test("a webhook is made, and says what it was told", async () => {
  await page.goto("/webhooks");
  await page.getByRole("button", { name: "New webhook" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(`deploys-${stamp}`);
  await dialog.getByLabel("Address").fill("https://ci.example.com/hooks/models");
  await settled(page);
  await accessible(page, "webhook dialog");
  await dialog.getByRole("button", { name: "Create" }).click();
  await page.getByRole("button", { name: `deploys-${stamp}`, exact: true }).click();
  await expect(page.getByRole("dialog").getByText("Nothing told yet")).toBeVisible();
  await settled(page);
  await accessible(page, "deliveries");
  await page.keyboard.press("Escape");
});

test("an API key is made, and its secret is shown once", async () => {
  await page.goto("/api-keys");
  await page.getByRole("button", { name: "New API key" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(`e2e-${stamp}`);
  await settled(page);
  await accessible(page, "key dialog");
  await dialog.getByRole("button", { name: "Create" }).click();
  await expect(dialog.getByText(/^trine_/)).toBeVisible();
  await settled(page);
  await accessible(page, "key dialog with the secret");
  await dialog.getByRole("button", { name: "I have kept it" }).click();
  await expect(page.getByText(`e2e-${stamp}`)).toBeVisible();
});

test("the palette goes to pages and things and does things, by the keyboard alone", async () => {
  await page.goto("/");
  await settled(page);
  const palette = page.getByRole("dialog", { name: "Command palette" });
  const choose = async (words: string, option: RegExp) => {
    await page.keyboard.press("Control+k");
    await expect(palette.getByRole("combobox")).toBeFocused();
    await page.keyboard.type(words);
    await expect(palette.getByRole("option", { selected: true })).toHaveText(option);
    await page.keyboard.press("Enter");
    await expect(palette).toBeHidden();
  };
  await page.keyboard.press("Control+k");
  await expect(palette.getByRole("option", { name }).first()).toBeVisible();
  await settled(page);
  await picture(page, "palette");
  await accessible(page, "palette");
  await page.keyboard.press("Escape");
  await expect(palette).toBeHidden();

  await choose("experim", /^Experiments$/);
  await expect(page.getByRole("heading", { level: 1, name: "Experiments" })).toBeVisible();
  await choose(`service ${name}`, new RegExp(`^${name}$`));
  await expect(page).toHaveURL(new RegExp(`${addresses.service ?? ""}$`));
  await choose("dark", /dark/i);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await choose("light", /light/i);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
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
    ["traces", `${addresses.experiment ?? ""}?tab=traces`],
    ["trace", addresses.trace ?? ""],
    ["evaluations", "/evaluations"],
    ["evaluation", addresses.evaluation ?? ""],
    ["models", "/models"],
    ["model", addresses.model ?? ""],
    ["services", "/services"],
    ["service", addresses.service ?? ""],
    ["nodes", "/nodes"],
    ["webhooks", "/webhooks"],
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

test("a trace is a tree of spans, each with what went in and came out", async () => {
  const idIn = (address: string | undefined) => address?.split("/").at(-1) ?? "";
  const trace = await tellTrace(page, idIn(addresses.experiment), idIn(addresses.run));
  await page.goto(`${addresses.experiment ?? ""}?tab=traces`);
  await page.locator(`a[href="/traces/${trace}"]`).click();
  await expect(page.getByRole("treeitem")).toHaveCount(4);
  await page.getByRole("treeitem", { name: "chat" }).click();
  await expect(page.getByText("Be short.", { exact: true })).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByText("no such table")).toBeVisible();
  addresses.trace = `/traces/${trace}?span=${"c".repeat(16)}`;
});

test("every page is accessible in both themes", async () => {
  for (const [file, address] of pages()) {
    await page.goto(address);
    await useTheme(page, "light");
    await settled(page);
    if (file !== "service") {
      await picture(page, file);
    }
    await accessible(page, file);
    await useTheme(page, "dark");
    await settled(page);
    if (["job-metrics", "overview"].includes(file)) {
      await picture(page, file === "overview" ? "dark-overview" : "dark");
    }
    await accessible(page, `${file} (dark)`, COLOURS);
  }
  await useTheme(page, "light");
});

test("the interface speaks Chinese", async () => {
  await page.goto("/");
  await page.getByRole("button", { name: "Language" }).click();
  await page.getByRole("menuitemcheckbox", { name: "简体中文" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "概览" })).toBeVisible();
  await page.reload();
  await settled(page);
  await picture(page, "zh-CN-overview");
  await page.goto(addresses.job ?? "");
  await settled(page);
  await picture(page, "zh-CN");
  await accessible(page, "job (zh-CN)");
  await useLanguage(page, "en");
});

test("every page fits a phone", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  const widest = await widestEver(page);
  for (const [file, address] of pages()) {
    await page.goto(address);
    await settled(page);
    expect(await widest(), file).toBeLessThanOrEqual(390);
    if (file === "job-log") {
      await picture(page, "mobile");
      await accessible(page, "job (phone)");
    }
  }
  await page.goto("/");
  await page.getByRole("button", { name: "Open menu" }).click();
  await expect(page.getByRole("dialog", { name: "Menu" })).toBeVisible();
  await settled(page);
  await accessible(page, "menu (phone)");
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
