// A consumer from inside: its program is stepped line by line, dies at a line, seeks and pauses.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { leave, notices, playUntil, visit } from "./person.mjs";
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

const room = (page) => page.locator(".clients-room");
const here = (page) => page.locator(".code-row.here").getAttribute("data-line");

/** Opens the room on a consumer. */
async function enter(page, name) {
  await page.keyboard.press("4");
  await room(page).waitFor();
  await page.locator(".chooser button", { hasText: name }).click();
  await page.locator(".chooser [aria-pressed=true]", { hasText: name }).waitFor();
  await page.locator(".consumer-half").waitFor();
}

/** What a partition says of a variable, as a number; undefined while it is not known. */
async function variable(page, partition, name) {
  const text = await page.locator(`[data-partition="${partition}"] .of-${name} b`).innerText();
  return text === "–" ? undefined : Number(text);
}

test("the program is stepped from line to line, and the world stands still in between", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await enter(page, "c1");
  assert.match(await page.locator(".code").innerText(), /consumer\.poll\(Duration\.ofMillis\(20\)\)/);
  const lines = [];
  for (let i = 0; i < 12; i += 1) {
    await page.locator("#step-line").click();
    await page.locator("#line-go-on").waitFor();
    lines.push(await here(page));
  }
  assert.ok(lines.every((line) => ["poll", "process"].includes(line)), `${lines}`);
  assert.ok(lines.includes("poll") && lines.includes("process"), `${lines}`);
  // It stands in front of the line until it is told to go on; the clock of the world goes with it.
  const before = await page.locator(".clock .now").innerText();
  await page.waitForTimeout(300);
  assert.equal(await page.locator(".clock .now").innerText(), before);
  assert.match(await page.locator(".says").innerText(), /in front of/);
  // A record can be looked at without leaving the room.
  await page.locator(".partition .tile[aria-label]").first().click();
  await page.locator(".clients-room .inspector").waitFor();
  await page.locator("#close-inspector").click();
  await page.locator("#line-go-on").click();
  await page.locator("#line-go-on").waitFor({ state: "detached" });
  assert.deepEqual(await notices(page), []);
  await leave(page);
});

test("a process that dies after a record is processed, and before the commit, is read again", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await enter(page, "c1");
  await page.locator('.code-row[data-line="process"] .bug').nth(1).click();
  await page.locator('.code-row[data-line="process"] .bug.armed').waitFor();
  await playUntil(page, () => document.querySelector("#restart") !== null, undefined, { speed: "2×" });
  // What it had done beyond the commit is told, record by record.
  const risk = page.locator(".risk", { hasText: /Processed and not committed/ });
  await risk.first().waitFor();
  const [, from] = (await risk.first().innerText()).match(/offsets? (\d+)/);
  const partition = await page.locator(".partition", { has: risk }).first().getAttribute("data-partition");
  assert.equal(await variable(page, partition, "committed"), Number(from), "reading goes on at the committed offset");
  assert.ok((await page.locator(`[data-partition="${partition}"] .tile.done`).count()) > 0);
  await page.locator("#restart").click();
  await page.locator("#crash").waitFor();
  assert.deepEqual(await page.locator(".bug.armed").count(), 0, "it dies once");
  await leave(page);
});

test("seek and pause are calls of the application: the position moves, the committed offset does not", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await enter(page, "c1");
  const partition = await page.locator(".partition").first().getAttribute("data-partition");
  const row = page.locator(`[data-partition="${partition}"]`);
  await row.locator(".pause").click();
  await playUntil(page, (name) => document.querySelector(`[data-partition="${name}"]`)?.classList.contains("paused"), partition);
  const paused = await variable(page, partition, "position");
  const time = Number.parseFloat(await page.locator(".clock .now").innerText());
  await playUntil(page, (until) => Number.parseFloat(document.querySelector(".clock .now").textContent) > until, time + 0.2, { speed: "2×" });
  assert.equal(await variable(page, partition, "position"), paused, "poll leaves it out");
  const committed = await variable(page, partition, "committed");
  await row.locator(".offset").fill("1");
  await row.locator(".asks [type=submit]").click();
  const at = ({ partition, offset }) =>
    document.querySelector(`[data-partition="${partition}"] .of-position b`)?.textContent === offset;
  await playUntil(page, at, { partition, offset: "1" });
  const now = await variable(page, partition, "committed");
  assert.ok(now === committed || now === 1, `committed ${committed}, then ${now}: by the next auto-commit at the most`);
  await leave(page);
});

test("the clocks say what ends them, and the thread that hangs is not the one that beats", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await enter(page, "c2");
  const clocks = await page.locator(".clocks .timer").evaluateAll((rows) => rows.map((row) => row.dataset.clock));
  assert.deepEqual(clocks, ["heartbeat.interval.ms", "session.timeout.ms", "max.poll.interval.ms", "auto.commit.interval.ms"]);
  await page.locator("#hang").click();
  await playUntil(page, () => /left of/.test(document.querySelector('[data-clock="max.poll.interval.ms"] .value').textContent));
  assert.match(await page.locator("#heartbeat-thread").innerText(), /next heartbeat|waits for the answer/);
  assert.match(await page.locator(".says").innerText(), /hangs/);
  await leave(page);
});

test("the room can be read by everybody, on a phone and in Korean, too", async () => {
  const phone = { viewport: { width: 390, height: 844 } };
  for (const [path, options] of [["paused=1&room=clients", {}], ["paused=1&room=clients&lang=ko", phone]]) {
    const page = await visit(browser, site.url, path, options);
    await page.locator(".consumer-half").waitFor();
    assert.deepEqual(await axe(page), []);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${wide} px too wide`);
    await leave(page);
  }
});
