// What a newcomer does, from the printed link to the first delivered event.
import { expect, setUp, test } from "../support/sidetag.ts";

const tagId = "5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966";

test("setup, source, tag, publish, test event, seen live, delivered", async ({ page, sidetag, amazon }) => {
  await setUp(page, sidetag);

  await test.step("connect a source", async () => {
    await page.getByRole("link", { name: "Sources" }).first().click();
    await page.getByRole("link", { name: "New source" }).first().click();
    await page.getByLabel("Name").fill("Web shop");
    await page.getByLabel("Allowed origins").fill("https://www.shop.example");
    await page.getByRole("button", { name: "Create source" }).click();
    await expect(page.getByRole("heading", { name: "Web shop", level: 1 })).toBeVisible();
    await expect(page.getByText("/s.js").first()).toBeVisible();
  });

  await test.step("create a tag and publish it", async () => {
    await page.getByRole("link", { name: "Tags" }).first().click();
    await page.getByRole("link", { name: "New tag" }).first().click();
    await page.getByLabel("Name", { exact: true }).fill("EU purchases");
    await page.getByLabel("Tag IDs", { exact: true }).fill(tagId);
    await page.getByLabel("Europe").check();
    await page.getByRole("button", { name: "Save draft" }).click();
    await expect(page.getByRole("heading", { name: "EU purchases", level: 1 })).toBeVisible();
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await expect(page.getByText("v1").first()).toBeVisible();
  });

  await test.step("send a test event and see it arrive live", async () => {
    await page.getByRole("link", { name: "Sources" }).first().click();
    await page.getByRole("link", { name: "Open and edit Web shop" }).click();
    await page.getByLabel("Sample").selectOption("purchase");
    await page.getByRole("button", { name: "Send a test event" }).click();
    await expect(page).toHaveURL(/\/live\/[0-9a-f-]{36}/);
    const row = page.getByRole("row").filter({ hasText: "Off-AmazonPurchases" });
    await expect(row).toHaveCount(1);
    await expect(row).toContainText("Delivered");
    await expect(row).toContainText("200");
    await expect(row).toContainText("EU purchases");
  });

  await test.step("read why, and the exact request", async () => {
    const detail = page.getByRole("region", { name: "Event", exact: true });
    await expect(detail.getByText("Answered", { exact: true })).toBeVisible();
    await detail.getByRole("tab", { name: /Outgoing/ }).click();
    await expect(detail.getByRole("cell", { name: tagId })).toBeVisible();
    await expect(detail.getByRole("cell", { name: "Off-AmazonPurchases" })).toBeVisible();
  });

  const received = await amazon.received();
  expect(received).toHaveLength(1);
  const [request] = received;
  expect(request).toMatchObject({ method: "GET", path: "/s/iu3" });
  expect(request?.params).toMatchObject({
    pid: tagId,
    event: "Off-AmazonPurchases",
    eventSource: "gtm-server-side",
    currencyCode: "EUR",
    value: "1",
  });
  expect(request?.params["ts"]).toMatch(/^\d{13}$/);
  expect(request?.params["clientDedupeId"]).toMatch(/^test-/);
  expect(Object.keys(request?.params ?? {}).sort()).toEqual(
    [
      "brand",
      "clientDedupeId",
      "currencyCode",
      "event",
      "eventSource",
      "pid",
      "productId",
      "ts",
      "unitsSold",
      "value",
    ],
  );
});
