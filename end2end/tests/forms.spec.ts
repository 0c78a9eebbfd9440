// Forms while the browser part is there: they are sent in place.
import { expect, setUp, test } from "../support/sidetag.ts";

test("a refused form stays as it is, password included", async ({ page, sidetag }) => {
  await page.goto(sidetag.setupLink);
  // It shows once the browser part has taken over.
  await expect(page.getByRole("button", { name: "Show password" })).toBeVisible();
  await page.getByLabel("Name").fill("Mara Lindqvist");
  await page.getByLabel("E-mail").fill("mara@shop.example");
  await page.getByLabel("Password", { exact: true }).fill("aaaaaaaaaaaa");
  await page.getByRole("button", { name: "Create and continue" }).click();
  await expect(page.getByText("This repeats the same few characters.")).toBeVisible();
  await expect(page).toHaveURL(sidetag.setupLink);
  await expect(page.getByLabel("Name")).toHaveValue("Mara Lindqvist");
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("aaaaaaaaaaaa");
});

test("the tag editor checks and sums up what is being typed", async ({ page, sidetag }) => {
  await setUp(page, sidetag);
  await page.goto("/tags/new");
  await expect(async () => {
    await page.getByLabel("Name", { exact: true }).fill("EU leads");
    await expect(page.getByRole("heading", { name: "EU leads", level: 1 })).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.getByLabel("Tag IDs", { exact: true }).fill("5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966 nonsense");
  await page.getByLabel("Europe").check();
  await page.getByLabel("A name of your own").check();
  await page.getByLabel("Custom name").fill("Trial");
  await page.getByLabel("Answer before Amazon has answered").check();
  await expect(page.getByText("Sends every event as “Trial” from every source to two tag IDs in Europe.")).toBeVisible();
  await expect(page.getByText("Tag ID 2: ").first()).toBeVisible();
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page).toHaveURL(/\/tags\/[0-9a-f-]{36}$/);
  await expect(page.getByLabel("Custom name")).toHaveValue("Trial");
  await expect(page.getByLabel("Answer before Amazon has answered")).toBeChecked();
  await expect(page.getByLabel("Europe")).toBeChecked();
});

test("a tag sent before the browser part was there comes back whole, and its error ends with the next try", async ({
  page,
  sidetag,
}) => {
  await setUp(page, sidetag);
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto("/tags/new");
  const name = page.getByLabel("Name", { exact: true });
  await name.fill("N".repeat(81));
  await page.getByLabel("Tag IDs", { exact: true }).fill("5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966");
  await page.getByLabel("A name of your own").check();
  await page.getByLabel("Custom name").fill("100%25 & more");
  await page.getByRole("button", { name: "Save draft" }).click();
  const refused = page.getByRole("alert").filter({ hasText: "The draft is not saved" });
  await expect(refused.getByRole("link", { name: "At most 80 characters fit." })).toBeVisible();
  await expect(page.getByLabel("Custom name")).toHaveValue("100%25 & more");

  await page.unroute("**/*.wasm");
  await page.reload();
  await expect(async () => {
    await name.fill("EU leads");
    await expect(page.getByRole("heading", { name: "EU leads", level: 1 })).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(refused).toBeVisible();
  await expect(page.getByText("Sends every event as “100%25 & more” from every source to one tag ID")).toBeVisible();
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page).toHaveURL(/\/tags\/[0-9a-f-]{36}$/);
  await expect(page.getByLabel("Custom name")).toHaveValue("100%25 & more");
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("mending one thing of several leaves the focus where it is", async ({ page, sidetag }) => {
  await setUp(page, sidetag);
  await page.goto("/tags/new");
  await expect(async () => {
    await page.getByLabel("Name", { exact: true }).fill("EU leads");
    await expect(page.getByRole("heading", { name: "EU leads", level: 1 })).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.getByLabel("One of Amazon’s 11 standard events").check();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByText("2 things to mend before you can publish")).toBeVisible();
  await expect(page.getByRole("alert")).toBeFocused();
  await page.getByLabel("Tag IDs", { exact: true }).click();
  await page.keyboard.type("5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966");
  await expect(page.getByText("One thing to mend before you can publish")).toBeVisible();
  await expect(page.getByLabel("Tag IDs", { exact: true })).toHaveValue("5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966");
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByRole("alert")).toBeFocused();
  await page.getByLabel("Standard event", { exact: true }).selectOption("Lead");
  await expect(page.getByRole("alert")).toBeHidden();
});
