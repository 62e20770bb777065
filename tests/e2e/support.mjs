// What the tests in a browser share: the built site behind a server, a browser, and an eye on
// everything that a page should not do.

import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Where the release site is; `make dist` builds it. */
export const DIST = process.env.BROKERSCOPE_DIST ?? join(root, "dist");
/** Screenshots land here. */
export const OUTPUT = join(root, "tests/e2e/output");
/** A path that nothing of ours knows of. */
export const SUB_PATH = "/some/sub/path/";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/**
 * Serves `folder` below a sub-path, as a static host does: gzipped, and 404 for the rest.
 * Returns its `url` and `stop()`.
 */
export async function serve(folder = DIST, { path = SUB_PATH, port = 0 } = {}) {
  if (!existsSync(join(folder, "index.html"))) throw new Error(`${folder} has no index.html: run \`make dist\``);
  const zipped = new Map();
  const read = (file) => {
    if (!zipped.has(file)) zipped.set(file, gzipSync(readFileSync(file), { level: 9 }));
    return zipped.get(file);
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    let file = pathname.startsWith(path) ? join(folder, normalize(`/${decodeURIComponent(pathname.slice(path.length))}`)) : "";
    if (file && existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
    if (!file || !existsSync(file)) {
      response.writeHead(404, { "content-type": "text/plain" }).end("not found");
      return;
    }
    const headers = { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "content-encoding": "gzip" };
    response.writeHead(200, headers).end(request.method === "HEAD" ? undefined : read(file));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${server.address().port}${path}`, stop };
}

/** The system's Chromium, without a GPU and without anything that it does of its own accord. */
export function launch(options = {}) {
  const names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
  const folders = (process.env.PATH ?? "").split(":");
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
  const executablePath = process.env.CHROMIUM ?? found;
  if (!executablePath) throw new Error("no Chromium on PATH: install it (Debian: apt-get install chromium), or set CHROMIUM");
  const args = [
    "--no-sandbox", // as root there is none
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--force-color-profile=srgb",
  ];
  return chromium.launch({ executablePath, args: [...args, ...(options.args ?? [])] });
}

/**
 * A page in a context of its own, which notes what it should not do: `page.faults` collects console
 * errors, uncaught errors, failed requests and requests to any other host. `options` are
 * Playwright's for a context.
 */
export async function open(browser, url, options = {}) {
  const { path = "", beforeLoad, waitUntil = "load", ...rest } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: "en-US", ...rest });
  const faults = [];
  const home = new URL(url).host;
  const isOurs = (address) => ["data:", "blob:"].includes(address.protocol) || address.host === home;
  context.on("request", (request) => {
    if (!isOurs(new URL(request.url()))) faults.push(`request to another host: ${request.url()}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  const page = await context.newPage();
  page.on("websocket", (socket) => faults.push(`web socket: ${socket.url()}`));
  page.on("pageerror", (error) => faults.push(`uncaught: ${error.stack ?? error}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  if (beforeLoad) await beforeLoad(page, context);
  await page.goto(new URL(path, url).href, { waitUntil });
  return Object.assign(page, { faults });
}

/** Resolves when Trunk's script says that the wasm runs. */
export async function started(page) {
  await page.waitForFunction(() => window.wasmBindings !== undefined);
}

/** Resolves when the service worker holds every file. */
export async function keptOffline(page) {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
}

/** A screenshot into the output folder; returns its file's name. */
export async function screenshot(page, name, options = {}) {
  mkdirSync(OUTPUT, { recursive: true });
  const path = join(OUTPUT, `${name}.png`);
  await page.screenshot({ path, ...options });
  return path;
}

/** What axe finds against WCAG 2.2 AA, a line each; nothing is the aim. */
export async function axe(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => {
    const values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    return window.axe.run(document, { runOnly: { type: "tag", values } });
  });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(" ")}: ${node.failureSummary}`),
  );
}
