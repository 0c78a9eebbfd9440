// Starts the built binary and a mock of Amazon for one test, on free ports and a folder of their own.
import { test as base, expect, type Page } from "@playwright/test";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

export const password = "seven green bottles hang";

/** A request the mock of Amazon received. */
export type Received = { method: string; url: string; path: string; params: Record<string, string> };

type Running = { child: ChildProcessByStdio<null, Readable, Readable>; output: () => string };

/** Resolves with the first match of `pattern` in what the process prints. */
async function start(args: string[], env: Record<string, string>, pattern: RegExp): Promise<[Running, string]> {
  const bin = process.env.SIDETAG_BIN;
  if (!bin) throw new Error("SIDETAG_BIN is not set: run `cargo xtask test e2e`");
  const child = spawn(bin, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const found = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const match = pattern.exec(output);
      if (match?.[1]) resolve(match[1]);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("exit", (code) => reject(new Error(`sidetag ${args[0]} ended with ${code}:\n${output}`)));
  });
  return [{ child, output: () => output }, await found];
}

async function stop(running: Running) {
  if (running.child.exitCode !== null || running.child.signalCode !== null) return;
  const ended = new Promise((resolve) => running.child.once("exit", resolve));
  running.child.kill("SIGTERM");
  await ended;
}

export class Amazon {
  private constructor(
    private readonly running: Running,
    readonly url: string,
  ) {}

  static async start(): Promise<Amazon> {
    const [running, url] = await start(["mock-amazon", "--listen", "127.0.0.1:0"], {}, /(http:\/\/127\.0\.0\.1:\d+)/);
    return new Amazon(running, url);
  }

  async received(): Promise<Received[]> {
    const response = await fetch(`${this.url}/_requests`);
    return (await response.json()) as Received[];
  }

  /** How the next requests are answered, such as `{ kind: "status", status: 503, times: 1 }`. */
  async answer(answer: Record<string, unknown>) {
    const response = await fetch(`${this.url}/_answer`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(answer),
    });
    expect(response.status).toBeLessThan(300);
  }

  stop() {
    return stop(this.running);
  }
}

export class Sidetag {
  private constructor(
    private running: Running,
    private readonly folder: string,
    private readonly env: Record<string, string>,
    readonly url: string,
  ) {}

  static async start(amazon: Amazon): Promise<Sidetag> {
    const folder = await mkdtemp(join(tmpdir(), "sidetag-e2e-"));
    const env = {
      SIDETAG_DATABASE__URL: `sqlite:${join(folder, "sidetag.db")}`,
      SIDETAG_SERVER__LISTEN: "127.0.0.1:0",
      SIDETAG_AMAZON__PIXEL_NA: `${amazon.url}/iu3`,
      SIDETAG_AMAZON__PIXEL_EU: `${amazon.url}/s/iu3`,
      SIDETAG_AMAZON__PIXEL_FE: `${amazon.url}/fe/s/iu3`,
    };
    const [running, url] = await start(["serve"], env, /ready at (http:\/\/\S+)/);
    return new Sidetag(running, folder, env, url);
  }

  /** The one-time link, as printed. */
  get setupLink(): string {
    const match = /(http:\/\/\S+\/setup\?token=\S+)/.exec(this.running.output());
    if (!match?.[1]) throw new Error(`no setup link in:\n${this.running.output()}`);
    return match[1];
  }

  /** Kills the process as a power cut would, and starts it again at the same address. */
  async restart(signal: "SIGKILL" | "SIGTERM" = "SIGTERM") {
    const ended = new Promise((resolve) => this.running.child.once("exit", resolve));
    this.running.child.kill(signal);
    await ended;
    const listen = { SIDETAG_SERVER__LISTEN: new URL(this.url).host };
    [this.running] = await start(["serve"], { ...this.env, ...listen }, /ready at (http:\/\/\S+)/);
  }

  async stop() {
    await stop(this.running);
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Opens the setup link and creates the first administrator. */
export async function setUp(page: Page, sidetag: Sidetag) {
  await page.goto(sidetag.setupLink);
  await page.getByLabel("Name").fill("Mara Lindqvist");
  await page.getByLabel("E-mail").fill("mara@shop.example");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create and continue" }).click();
  await expect(page.getByRole("heading", { name: "Overview", level: 1 })).toBeVisible();
}

export const test = base.extend<{ amazon: Amazon; sidetag: Sidetag }>({
  // Relative addresses lead to this test's own server.
  baseURL: async ({ sidetag }, use) => use(sidetag.url),
  amazon: async ({}, use) => {
    const amazon = await Amazon.start();
    await use(amazon);
    await amazon.stop();
  },
  sidetag: async ({ amazon }, use) => {
    const sidetag = await Sidetag.start(amazon);
    await use(sidetag);
    await sidetag.stop();
  },
});

export { expect };

/** Through the interface: a source of its own; returns its write key. */
export async function createSource(page: Page, name: string, origin: string): Promise<string> {
  await page.goto("/sources/new");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Allowed origins").fill(origin);
  await page.getByRole("button", { name: "Create source" }).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
  const code = await page.locator("pre").filter({ hasText: "/events" }).first().textContent();
  const key = /Bearer (\w+)/.exec(code ?? "")?.[1];
  if (!key) throw new Error(`no write key in: ${code}`);
  return key;
}

/** Through the interface: a published tag. */
export async function publishTag(page: Page, name: string, tagId: string) {
  await page.goto("/tags/new");
  await page.getByLabel("Tag name").fill(name);
  await page.getByLabel("Tag IDs", { exact: true }).fill(tagId);
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
  await expect(page.getByText("v1").first()).toBeVisible();
}

/** Sends one event as a back end would. */
export async function send(sidetag: Sidetag, key: string, event: Record<string, unknown>): Promise<Response> {
  return fetch(`${sidetag.url}/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(event),
  });
}
