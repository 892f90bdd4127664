import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { FakeServer, token } from "./fixture/fake-server.ts";

/** Nothing of it reaches out of this machine, and each run has a new profile. */
const args = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const paths: readonly string[] = JSON.parse(readFileSync(join(__dirname, "chromium.json"), "utf8"));

/** Where pictures of each view are left, to be looked at. */
const pictures = join(__dirname, "../../screenshots");

/** A browser, and what its pages complain of. */
export class Visitor {
  /** What a page has complained of in its console, or has thrown. */
  readonly complaints: string[] = [];
  #browser: Browser | null = null;

  async open(): Promise<void> {
    const executablePath = paths.find((path) => existsSync(path));
    if (executablePath === undefined) throw new Error("No Chromium is installed. On Debian: apt-get install chromium");
    this.#browser = await chromium.launch({ executablePath, args });
  }

  async close(): Promise<void> {
    await this.#browser?.close();
  }

  /** A page of its own, once it is live. */
  async visit(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    if (this.#browser === null) throw new Error("The browser is not open.");
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
    await page.goto(url);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.locator("main .card").first().waitFor();
    return page;
  }

  async leave(page: Page): Promise<void> {
    await page.context().close();
  }

  async picture(page: Page, name: string): Promise<void> {
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  }
}

/** A browser and a made-up cluster, for the tests of one file. */
export class PageWorld {
  readonly server = new FakeServer();
  readonly visitor = new Visitor();

  get complaints(): readonly string[] {
    return this.visitor.complaints;
  }

  async open(): Promise<void> {
    await this.server.open();
    await this.visitor.open();
  }

  async close(): Promise<void> {
    await this.visitor.close();
    await this.server.close();
  }

  /** A page as somebody sees it who has the token or not. */
  visit(view: string, { mayControl = true, ...options }: { mayControl?: boolean } & BrowserContextOptions = {}): Promise<Page> {
    return this.visitor.visit(`${this.server.url}?view=${view}${mayControl ? `#token=${token}` : ""}`, options);
  }

  leave(page: Page): Promise<void> {
    return this.visitor.leave(page);
  }

  picture(page: Page, name: string): Promise<void> {
    return this.visitor.picture(page, name);
  }
}

/** Waits until the verdict over the page says so. */
export async function verdictSays(page: Page, words: string): Promise<void> {
  await page.getByRole("heading", { level: 1 }).filter({ hasText: words }).waitFor();
}

/** Waits until so many are there, and no more. */
export async function countIs(all: Locator, count: number): Promise<void> {
  await all.nth(count - 1).waitFor();
  expect(await all.count()).toBe(count);
}
