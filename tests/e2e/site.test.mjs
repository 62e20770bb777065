// The built site on a static host: it opens, keeps to itself, works offline, and is there before wasm.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { DIST, axe, keptOffline, launch, open, screenshot, serve, started } from "./support.mjs";

let browser;
let site;

before(async () => {
  [browser, site] = await Promise.all([launch(), serve()]);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

test("the page opens under a sub-path without an error or a request to another host", async () => {
  const page = await open(browser, site.url);
  await started(page);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await keptOffline(page);
  await screenshot(page, "site");
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("after the first load the page works without a network", async () => {
  // A server of its own, so that it can go away.
  const own = await serve();
  const page = await open(browser, own.url);
  await started(page);
  await keptOffline(page);
  await own.stop();
  for (const query of ["", "?lang=ko&paused=1"]) {
    await page.goto(own.url + query);
    await started(page);
    await page.getByRole("heading", { level: 1 }).waitFor();
  }
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("the still first scene is in the page before wasm arrives", async () => {
  const html = readFileSync(join(DIST, "index.html"), "utf8");
  assert.match(html, /id="still"[^>]*>(?:\s|<!--still-->)*<svg[\s\S]*?<\/svg>/);
  const page = await open(browser, site.url, {
    waitUntil: "domcontentloaded",
    serviceWorkers: "block",
    // The wasm stays on its way for as long as the test looks.
    beforeLoad: (page) => page.route("**/*.wasm", () => {}),
  });
  const still = page.locator("#still svg").first();
  await still.waitFor({ state: "visible" });
  assert.ok(await still.boundingBox());
  await page.context().close();
});

test("without scripts the page says what it needs", async () => {
  const page = await open(browser, site.url, { javaScriptEnabled: false });
  await page.locator("noscript").waitFor({ state: "visible" });
  assert.match(await page.locator("noscript").innerText(), /JavaScript/);
  await page.context().close();
});

for (const lang of ["en", "ko"]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing: ${lang}, ${colorScheme}`, async () => {
      const page = await open(browser, site.url, { path: `?lang=${lang}&paused=1`, colorScheme });
      await started(page);
      await page.getByRole("heading", { level: 1 }).waitFor();
      assert.deepEqual(await axe(page), []);
      await page.context().close();
    });
  }
}
