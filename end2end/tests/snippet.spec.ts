// A page of a shop with the snippet in it, as a visitor's browser runs it.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSource, expect, publishTag, setUp, test } from "../support/sidetag.ts";

const tagId = "5c0e1f6a-9b1d-4f7e-8f0a-27d3c1b4e966";

test("the snippet sends a page view by itself and a purchase when told", async ({ page, sidetag, amazon, context }) => {
  let body = "";
  const shop = createServer((_, response) => response.setHeader("content-type", "text/html").end(body));
  await once(shop.listen(0, "127.0.0.1"), "listening");
  const origin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;

  await setUp(page, sidetag);
  const key = await createSource(page, "Web shop", origin);
  await publishTag(page, "Full funnel", tagId);
  body = `<!doctype html><title>Thank you</title>
    <script>window.sidetag = window.sidetag || function () { (sidetag.q = sidetag.q || []).push(arguments) }</script>
    <script async src="${sidetag.url}/s.js" data-key="${key}"></script>
    <script>sidetag("purchase", { transaction_id: "T-1024", value: 72.4, currency: "EUR" })</script>`;
  const visitor = await context.newPage();
  await visitor.goto(`${origin}/thank-you`);

  await expect.poll(async () => (await amazon.received()).length).toBe(2);
  const events = (await amazon.received()).map(({ params }) => params);
  expect(events.map(({ event }) => event).sort()).toEqual(["Off-AmazonPurchases", "PageView"]);
  const purchase = events.find(({ event }) => event === "Off-AmazonPurchases");
  expect(purchase).toMatchObject({ value: "72.4", currencyCode: "EUR" });
  shop.closeAllConnections();
  shop.close();
});
