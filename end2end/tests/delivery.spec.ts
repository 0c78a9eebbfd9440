// What happens to events when processes die and Amazon falters, seen from outside.
import { createSource, expect, publishTag, send, setUp, test } from "../support/sidetag.ts";

const tagId = "5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966";
const order = { event_name: "purchase", event_id: "e-1", transaction_id: "T-1024", value: 72.4, currency: "EUR" };

test("killed between accept and delivery, an event is delivered once after the restart", async ({
  page,
  sidetag,
  amazon,
}) => {
  await setUp(page, sidetag);
  const key = await createSource(page, "Order back end", "https://www.shop.example");
  await publishTag(page, "Purchases", tagId);

  // Amazon fails, so the delivery waits for its next try when the process is killed.
  await amazon.answer({ kind: "status", status: 503, times: 1 });
  const response = await send(sidetag, key, order);
  expect(response.status).toBe(200);
  await sidetag.restart("SIGKILL");

  await expect.poll(async () => (await amazon.received()).length, { timeout: 20_000 }).toBe(2);
  const [first, second] = await amazon.received();
  expect(second?.url).toBe(first?.url);

  await page.goto("/live");
  const row = page.getByRole("row").filter({ hasText: "Off-AmazonPurchases" });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText("Delivered, try 2");

  // The sender, unsure whether its request came through, repeats it: still one event.
  const again = await send(sidetag, key, order);
  expect(await again.json()).toMatchObject({ accepted: 0, duplicates: 1 });
  expect(await amazon.received()).toHaveLength(2);
});

test("a page that watches goes on after a restart, with every row once", async ({ page, sidetag, amazon }) => {
  await setUp(page, sidetag);
  const key = await createSource(page, "Order back end", "https://www.shop.example");
  await publishTag(page, "Purchases", tagId);
  await page.goto("/live");
  const rows = page.getByRole("row").filter({ hasText: "Off-AmazonPurchases" });

  await send(sidetag, key, { ...order, event_id: "before" });
  await expect(rows).toHaveCount(1);
  await sidetag.restart();
  await send(sidetag, key, { ...order, event_id: "after" });
  await expect(rows).toHaveCount(2);
  expect((await amazon.received()).length).toBe(2);
});
