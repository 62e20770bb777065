// Consumers come, die and come back; what was not committed is read again.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { facts, inspect, leave, listen, notices, playUntil, stepUntil, told, tree, visit, walk } from "./person.mjs";
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

const happened = (pattern) => [...document.querySelectorAll(".told li")].some((li) => new RegExp(pattern).test(li.textContent));

test("a crashed consumer's partitions go to the other, which reads again what was not committed", async () => {
  const page = await visit(browser, site.url, "paused=1");
  // It has just been given a record, of which nobody else knows.
  await stepUntil(page, /gives c1 .* of partition 0 of transactions/);
  await inspect(page, /^group store$/, /^consumer c1/);
  const inspected = await page.locator(".inspector").innerText();
  assert.match(inspected, /c1/);
  await page.locator("#do-crash").click();
  await page.locator("#do-restart").waitFor();
  await page.locator("#close-inspector").click();
  assert.ok((await told(page)).some((text) => /c1 crashed/.test(text)));
  assert.ok(await walk(page, /^group store$/, /^consumer c1, crashed/));
  // c1 had read beyond what it had committed: which offsets, its sentences say.
  const heard = await listen(page, /c2 goes on at \d+ in partition 0 of transactions, the committed offset/);
  const [, from] = heard.map((text) => text.match(/c2 goes on at (\d+) in partition 0 of transactions/)).find(Boolean);
  // c1's position when it died.
  const positions = heard.flatMap((text) => {
    const found = text.match(/gives c1 .* of partition 0 of transactions; its position is now (\d+)/);
    return found ? [Number(found[1])] : [];
  });
  assert.ok(Math.max(...positions) > Number(from), `c1 was at ${positions}, c2 begins at ${from}`);
  const again = new RegExp(`gives c2 \\d+ records? \\(offsets? ${from}\\b.*of partition 0 of transactions`);
  await listen(page, again);
  await leave(page);
});

test("a crashed consumer that is restarted joins again as a new process", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await inspect(page, /^group store$/, /^consumer c2/);
  await page.locator("#do-crash").click();
  await page.locator("#do-restart").click();
  await page.locator("#do-crash").waitFor();
  await page.locator("#close-inspector").click();
  assert.ok((await told(page)).some((text) => /c2 runs again/.test(text)));
  await listen(page, /c2 now reads/);
  await leave(page);
});

test("another consumer joins the group and gets its share; closed, it leaves", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await inspect(page, /^group store$/);
  await page.locator("#do-addconsumer").click();
  assert.deepEqual(await notices(page), []);
  assert.ok(await walk(page, /^group store$/, /^consumer c3/));
  await page.locator("#close-inspector").click();
  await playUntil(page, happened, "c3 now reads", { speed: "2×" });
  const texts = (await tree(page)).map(({ text }) => text);
  assert.ok(texts.length > 0);
  await inspect(page, /^group store$/, /^consumer c3/);
  await page.locator("#do-close").click();
  await page.locator("#close-inspector").click();
  await playUntil(page, happened, "c3.*(closed|leaves|left)", { speed: "2×" });
  assert.ok(!(await tree(page)).some(({ text }) => /^consumer c3, polling/.test(text)));
  await leave(page);
});

test("a consumer whose application hangs is thrown out only after max.poll.interval.ms, and can go on", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await inspect(page, /^group store$/, /^consumer c1/);
  await page.locator("#do-hang").click();
  assert.ok(await walk(page, /^group store$/, /^consumer c1, application hangs/));
  await page.locator("#do-resume").click();
  assert.ok(!(await walk(page, /^group store$/, /^consumer c1, application hangs/)));
  await leave(page);
});

test("a producer's flow stops and starts, and it crashes and restarts", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await inspect(page, /^producer till-1/);
  await page.locator("#do-stopflow").click();
  await page.locator("#do-startflow").click();
  await page.locator("#do-stopflow").waitFor();
  await page.locator("#do-crash").click();
  assert.ok(await walk(page, /^producer till-1.*crashed/));
  await page.locator("#do-restart").click();
  await page.locator("#do-crash").waitFor();
  await leave(page);
});

test("a commit is a record in __consumer_offsets, and only then the committed offset moves", async () => {
  const page = await visit(browser, site.url, "paused=1");
  const heard = await stepUntil(page, /knows now that its commit is stored/);
  const order = [/asks the coordinator to store .* Nothing is committed yet/, /__consumer_offsets/, /knows now that its commit is stored/];
  // Each is looked for after the one before: other members' commits are told in between.
  let after = -1;
  for (const wanted of order) {
    after = heard.findIndex((text, place) => place > after && wanted.test(text));
    assert.ok(after >= 0, `${wanted} in\n${heard.join("\n")}`);
  }
  await inspect(page, /^topic __consumer_offsets/);
  const list = page.locator(".inspector .list button.link").first();
  assert.ok(await list.isVisible(), "its segments and records can be opened");
  assert.ok(Object.keys(await facts(page)).length > 0);
  await leave(page);
});
