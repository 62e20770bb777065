// The Clients room: a producer's pipeline, and what goes wrong on the way.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { leave, visit } from "./person.mjs";
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

const station = (page, name) => page.locator(`[data-station="${name}"]`);
const step = (page) => page.keyboard.press("ArrowRight");

/** Steps until `done()` finds something. */
async function stepsUntil(page, done, most = 400) {
  for (let n = 0; n < most; n += 1) {
    if (await page.evaluate(done)) return;
    await step(page);
  }
  assert.fail(`not within ${most} steps: ${done}`);
}

async function producer(page, name) {
  await page.locator(".clients-room .chooser button", { hasText: name }).click();
  await page.locator(".producer-half").waitFor();
}

test("a record goes through all stations to its callback", async () => {
  const page = await visit(browser, site.url, "paused=1&room=clients");
  await producer(page, "till-1");
  await assert.match(await station(page, "sender").innerText(), /producer id \d+, epoch 0/);
  await page.locator(".send-one input[name=key]").fill("erin");
  await page.locator("#pipe-send").click();
  assert.match(await station(page, "partitioner").innerText(), /murmur2 .* partition \d/s);
  assert.equal(await station(page, "callback").locator(".future").first().locator(".tile").innerText(), "e");
  await stepsUntil(page, () => document.querySelector('[data-station="callback"] .future.done') !== null);
  await stepsUntil(page, () => /offset \d+/.test(document.querySelector('[data-station="callback"] .future')?.textContent ?? ""));
  assert.match(await station(page, "append").innerText(), /knows this producer up to sequence \d+/);
  await leave(page);
});

test("an answer that is dropped leads to a retry, which the broker knows by its sequence", async () => {
  const page = await visit(browser, site.url, "paused=1&room=clients");
  await producer(page, "till-1");
  await stepsUntil(page, () => document.querySelector('[data-station="in-flight"] .slot.response [data-fault="drop"]') !== null);
  await station(page, "in-flight").locator('.slot.response [data-fault="drop"]').first().click();
  // Gone from the way: only a time-out will tell.
  await page.waitForFunction(() => document.querySelector('[data-station="in-flight"] .slot.response') === null);
  await leave(page);
});

test("a partitioner of one's own throws on a key without its part", async () => {
  const page = await visit(browser, site.url, "paused=1&room=clients");
  await producer(page, "till-1");
  await page.locator(".part input[name=part]").fill("/customerId");
  await page.locator("#pipe-part").click();
  await page.locator(".send-one input[name=key]").fill('{"customerId":"12334568","date":1}');
  await stepsUntil(page, () => !/Kafka's again/.test(document.querySelector('[data-station="partitioner"]').textContent) === false);
  await page.locator("#pipe-send").click();
  await stepsUntil(page, () => /`?customerId/.test(document.querySelector('[data-station="partitioner"]').textContent));
  await page.locator(".send-one input[name=key]").fill("alice");
  await page.locator("#pipe-send").click();
  await stepsUntil(page, () => /ClassCastException/.test(document.querySelector('[data-station="callback"]').textContent));
  await leave(page);
});

test("the producer's half reads on a phone, in Korean, in the dark, and passes axe", async () => {
  const page = await visit(browser, site.url, "paused=1&room=clients&lang=ko&theme=dark", { viewport: { width: 390, height: 844 } });
  await producer(page, "till-1");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `the page is ${wide} px too wide`);
  assert.deepEqual(await axe(page), []);
  await leave(page);
});
