// What became of every record: the score, one record's life, and a jump to what decided.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { leave, playFor, playUntil, rest, visit } from "./person.mjs";
import { axe, launch, serve } from "./support.mjs";

let browser;
let site;

before(async () => {
  [browser, site] = await Promise.all([launch(), serve()]);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

/** The numbers of the readers' first row: sent, then a verdict each. */
const score = async (page) => (await page.locator(".board.readers tbody tr").first().locator("td.tally").allInnerTexts()).map((text) => Number(text.replaceAll(",", "")));

test("the score adds up, and a record's life leads to the step that decided", async () => {
  const page = await visit(browser, site.url, "room=ledger&paused=1");
  await playFor(page, 1);
  await rest(page);
  const [sent, ...verdicts] = await score(page);
  assert.ok(sent > 20, `${sent} were sent`);
  assert.equal(verdicts.reduce((sum, count) => sum + count, 0), sent);
  assert.match(await page.locator("#ledger-lead").innerText(), new RegExp(`Of ${sent} records`));
  await page.locator(".tile-group .tile-list button").last().click();
  await page.locator(".life.open .stations li").first().waitFor();
  assert.ok((await page.locator(".life.open .stations li").count()) >= 4, "sent, appended, acknowledged, processed");
  const before = await page.locator(".clock .now").innerText();
  await page.locator(".life.open .stations li button.link").first().click();
  await page.waitForFunction((before) => document.querySelector(".clock .now").textContent !== before, before);
  assert.deepEqual(await axe(page), []);
  await leave(page);
});

test("a consumer that crashes before its commit shows in the score as records processed twice", async () => {
  const page = await visit(browser, site.url, "room=clients&paused=1");
  await page.locator(".chooser button", { hasText: "c1" }).click();
  await page.locator('.code-row[data-line="process"] .bug').nth(1).click();
  await playUntil(page, () => document.querySelector("#restart") !== null, undefined, { speed: "5×" });
  await page.keyboard.press("6");
  await page.locator(".ledger-room").waitFor();
  await playFor(page, 1.2);
  await rest(page);
  const [, , twice] = await score(page);
  assert.ok(twice > 0, `${twice} were processed twice`);
  await page.locator("#ledger-verdict").selectOption({ index: 2 });
  await page.locator(".tile-group .tile-list button").first().click();
  assert.match(await page.locator("#life-verdict").innerText(), /more than once, because c1 crashed before its commit/);
  await leave(page);
});

test("on a phone, in Korean, in the dark, nothing is wider than the page", async () => {
  const page = await visit(browser, site.url, "room=ledger&lang=ko&paused=1", { colorScheme: "dark", viewport: { width: 390, height: 844 } });
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
  assert.deepEqual(await axe(page), []);
  await leave(page);
});
