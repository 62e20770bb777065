// How a broker ends, and what is left of its records: power loss, a crash of the process, DeleteRecords.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { facts, inspect, leave, told, visit, walk } from "./person.mjs";
import { launch, serve } from "./support.mjs";

let browser;
let site;

before(async () => {
  [browser, site] = await Promise.all([launch(), serve()]);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

const BROKER = /^broker-1 · /;
const PARTITION = [/^topic transactions$/, /^partition 0,/];

/** First and next offset of the partition, as the stage says them. */
async function ends(page) {
  const text = await walk(page, ...PARTITION);
  return text.match(/offsets (\d+) to (\d+)/).slice(1).map(Number);
}

/** The broker ends in one way and starts again; the clock stands all the while. */
async function endAndRestart(page, button) {
  await inspect(page, BROKER);
  await page.locator(button).click();
  await page.locator("#do-restart").waitFor();
  assert.equal(await page.locator("#do-powerloss").count(), 0, "what is down cannot end");
  await page.locator("#do-restart").click();
  await page.locator("#do-powerloss").waitFor();
}

test("a power loss drops what was not flushed, and the page says so", async () => {
  const page = await visit(browser, site.url, "paused=1");
  const [, end] = await ends(page);
  await inspect(page, ...PARTITION);
  const flushed = Number((await facts(page))["recovery point"]);
  assert.ok(flushed < end, `something is not flushed: ${flushed}, ${end}`);
  await endAndRestart(page, "#do-powerloss");
  assert.match((await told(page)).join("\n"), /The power loss cost .* that had not been flushed/);
  assert.equal((await ends(page))[1], flushed);
  await leave(page);
});

test("a crash of the process loses no record, and neither does a clean stop", async () => {
  for (const button of ["#do-crash", "#do-stopbroker"]) {
    const page = await visit(browser, site.url, "paused=1");
    const there = await ends(page);
    await endAndRestart(page, button);
    assert.doesNotMatch((await told(page)).join("\n"), /had not been flushed/);
    assert.deepEqual(await ends(page), there, button);
    await leave(page);
  }
});

test("DeleteRecords moves the log start, and what lies before it is told as deleted", async () => {
  const page = await visit(browser, site.url, "paused=1");
  const [start, end] = await ends(page);
  await inspect(page, ...PARTITION, /^segment .*active/, /^record/);
  const title = await page.locator("#inspected").innerText();
  const offset = Number(title.match(/\d+$/)[0]);
  assert.ok(offset > start && offset < end);
  await page.locator("#do-deletebefore").click();
  await page.waitForFunction(() => document.querySelector(".lead")?.textContent.includes("deleted on request"));
  assert.deepEqual(await ends(page), [offset, end]);
  await leave(page);
});
