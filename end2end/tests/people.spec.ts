// A colleague: invited, signed in with two steps, and kept from publishing.
import { createHmac } from "node:crypto";
import { expect, password, setUp, test } from "../support/sidetag.ts";

/** The code that an authenticator app shows, so many half minutes from now (RFC 6238). */
function code(secret: string, steps = 0): string {
  const bits = [...secret.replaceAll(" ", "").toUpperCase()]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac("sha1", key).update(counter).digest();
  const word = hash.readUInt32BE((hash[19] ?? 0) & 15) & 0x7fffffff;
  return String(word % 1_000_000).padStart(6, "0");
}

test("an invited viewer comes in, turns two-step sign-in on, and cannot publish", async ({ page, sidetag, browser }) => {
  await setUp(page, sidetag);
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: "People" }).click();
  await page.getByLabel("E-mail").fill("jonas@shop.example");
  await page.locator("#role").selectOption("viewer");
  await page.getByRole("button", { name: "Make an invitation link" }).click();
  const link = await page.locator("#invite-link").textContent();
  expect(link).toContain("/invite?token=");
  await page.reload();
  await expect(page.locator("#invite-link")).toHaveCount(0);

  const other = await browser.newContext({ baseURL: sidetag.url });
  const jonas = await other.newPage();
  const refusals: string[] = [];
  jonas.on("console", (message) => {
    if (message.type() === "error") refusals.push(message.text());
  });
  await jonas.goto(link ?? "");
  await jonas.getByLabel("Name").fill("Jonas Berg");
  await jonas.getByLabel("Password", { exact: true }).fill(password);
  await jonas.keyboard.press("Enter");
  await expect(jonas.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();

  await jonas.getByRole("button", { name: "Account of Jonas Berg" }).click();
  await jonas.getByRole("link", { name: "Your account" }).click();
  await jonas.getByLabel("Your password").fill(password);
  await jonas.getByRole("button", { name: "Set up" }).click();
  await expect(jonas.getByRole("img", { name: "QR code" })).toBeVisible();
  const secret = (await jonas.locator("code.secret").textContent()) ?? "";
  await jonas.getByLabel("Code", { exact: true }).fill(code(secret));
  await jonas.getByRole("button", { name: "Turn on" }).click();
  await expect(jonas.locator(".recovery li")).toHaveCount(10);
  await jonas.getByRole("link", { name: "I have kept them" }).click();
  await expect(jonas.getByText("signing in asks for a code")).toBeVisible();

  await jonas.getByRole("button", { name: "Account of Jonas Berg" }).click();
  await jonas.getByRole("button", { name: "Sign out" }).click();
  await jonas.getByLabel("E-mail").fill("jonas@shop.example");
  await jonas.getByLabel("Password", { exact: true }).fill(password);
  await jonas.getByRole("button", { name: "Sign in" }).click();
  await expect(jonas.getByRole("heading", { name: "Enter your code" })).toBeVisible();
  await jonas.getByLabel("Code", { exact: true }).fill("not a code");
  await jonas.keyboard.press("Enter");
  await expect(jonas.getByText("This code is not right")).toBeVisible();
  // The present one confirmed the secret and is spent; the next is taken a little early.
  await jonas.getByLabel("Code", { exact: true }).fill(code(secret, 1));
  await jonas.keyboard.press("Enter");
  await expect(jonas.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();

  await jonas.goto("/tags/new");
  await expect(jonas.getByRole("button", { name: "Save draft" })).toBeVisible();
  await expect(jonas.getByRole("button", { name: "Publish", exact: true })).toHaveCount(0);
  await jonas.getByLabel("Name", { exact: true }).fill("Mine");
  await jonas.getByRole("button", { name: "Save draft" }).click();
  await expect(jonas.getByText("Your role does not allow this.")).toBeVisible();
  await jonas.goto("/settings/people");
  await expect(jonas.getByText("Not allowed for your role")).toBeVisible();

  await page.goto("/settings/audit");
  await expect(page.getByText("turned two-step sign-in on")).toBeVisible();
  await page.goto("/settings/people");
  await page.locator("summary").filter({ hasText: "Jonas Berg" }).click();
  await page.getByRole("button", { name: "Shut out" }).last().click();
  await expect(page.getByText("They are shut out")).toBeVisible();
  await jonas.goto("/tags");
  await expect(jonas).toHaveURL(/\/sign-in/);
  expect(refusals.filter((text) => !/status of 4\d\d|status of 5\d\d/.test(text))).toEqual([]);
  await other.close();
});

test("a program gets a token that is shown once", async ({ page, sidetag }) => {
  await setUp(page, sidetag);
  await page.goto("/settings/tokens");
  await page.getByLabel("Name").fill("Nightly export");
  await page.getByLabel("Scope").selectOption("viewer");
  await page.getByLabel("Your password").fill(password);
  await page.getByRole("button", { name: "Make the token" }).click();
  const token = await page.locator("#new-token").textContent();
  const me = await fetch(`${sidetag.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  expect(await me.json()).toMatchObject({ token: "Nightly export", scope: "read", may: ["viewer"] });
  await page.reload();
  await expect(page.locator("#new-token")).toHaveCount(0);
  await page.getByRole("button", { name: "Revoke" }).click();
  const after = await fetch(`${sidetag.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  expect(after.status).toBe(401);
});
