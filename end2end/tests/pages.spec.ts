// What holds for every page: no accessibility finding, no sideways scroll on a phone, no policy violation, and
// use without the browser part.
import { AxeBuilder } from "@axe-core/playwright";
import { createSource, expect, password, publishTag, send, setUp, test } from "../support/sidetag.ts";

const tagId = "5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966";

test("every page is accessible in both themes, fits 360 px, and keeps its security policy", async ({
  page,
  sidetag,
}) => {
  test.setTimeout(400_000);
  const violations: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") violations.push(message.text());
  });
  page.on("pageerror", (error) => violations.push(error.message));

  await page.goto(sidetag.setupLink);
  const doors = [sidetag.setupLink];
  await check(doors);
  await setUp(page, sidetag);
  await check(["/", "/sources", "/sources/new", "/tags", "/tags/new", "/live"]);

  const key = await createSource(page, "Web shop", "https://www.shop.example");
  const source = new URL(page.url()).pathname;
  await publishTag(page, "Purchases", tagId);
  const tag = new URL(page.url()).pathname;
  await send(sidetag, key, { event_name: "purchase", event_id: "1", value: 72.4, currency: "EUR" });
  await page.goto("/live");
  await page.getByRole("row").filter({ hasText: "purchase" }).getByRole("link").first().click();
  await expect(page).toHaveURL(/\/live\/[0-9a-f-]{36}/);
  const run = new URL(page.url()).pathname;
  const tabs = ["outgoing", "incoming", "response", "json"].map((tab) => `${run}?tab=${tab}`);
  await check(["/", "/sources", source, "/tags", tag, "/live", run, ...tabs, "/nowhere"]);
  await check(["/settings/account", "/settings/people", "/settings/tokens", "/settings/audit"]);
  expect(violations.filter((text) => !text.includes("404"))).toEqual([]);

  async function check(paths: string[]) {
    for (const path of paths) {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        for (const width of [1440, 360]) {
          await page.setViewportSize({ width, height: 800 });
          await page.goto(path);
          const at = `${path} ${colorScheme} ${width}`;
          const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
          const findings = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
          expect.soft(findings, at).toEqual([]);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          expect.soft(overflow, `${at}: sideways scroll`).toBeLessThanOrEqual(0);
        }
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  }
});

test("the longest headline of an event takes two lines on a phone", async ({ page, sidetag }) => {
  await setUp(page, sidetag);
  const key = await createSource(page, "Web shop", "https://www.shop.example");
  await page.goto("/tags/new");
  await page.getByLabel("Name", { exact: true }).fill("Purchases");
  await page.getByLabel("Tag IDs", { exact: true }).fill(tagId);
  await page.getByLabel("Skip", { exact: false }).check();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByText("v1").first()).toBeVisible();
  await send(sidetag, key, { event_name: "file_download", event_id: "1" });
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto("/live");
  await page.getByRole("row").filter({ hasText: "file_download" }).getByRole("link").first().click();
  const headline = page.getByRole("heading", { name: /^Skipped: Amazon has no name/ });
  await expect(headline).toBeVisible();
  const lines = await headline.evaluate((element) => {
    const { lineHeight } = getComputedStyle(element);
    return element.getBoundingClientRect().height / parseFloat(lineHeight);
  });
  expect(Math.round(lines)).toBeLessThanOrEqual(2);
});

test.describe("without the browser part", () => {
  test.use({ javaScriptEnabled: false });

  test("setup, sign-out, sign-in, source, tag and live work as plain pages", async ({ page, sidetag }) => {
    await setUp(page, sidetag);
    const key = await createSource(page, "Web shop", "https://www.shop.example");
    await publishTag(page, "Purchases", tagId);
    await send(sidetag, key, { event_name: "purchase", event_id: "1", value: 72.4, currency: "EUR" });
    await page.goto("/live");
    await page.getByRole("row").filter({ hasText: "Off-AmazonPurchases" }).getByRole("link").first().click();
    await expect(page.getByText("Answered", { exact: true })).toBeVisible();

    await page.context().clearCookies();
    await page.goto("/tags");
    await expect(page).toHaveURL(/\/sign-in\?next=/);
    await page.getByLabel("E-mail").fill("mara@shop.example");
    await page.getByLabel("Password", { exact: true }).fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByText("E-mail or password is not right.")).toBeVisible();
    await page.getByLabel("E-mail").fill("mara@shop.example");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { name: "Tags", level: 1 })).toBeVisible();
  });
});
