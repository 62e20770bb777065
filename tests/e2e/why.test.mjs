// Why not, the cleaner's theatre, the compressed clock, the Verify room: by mouse, by keyboard, on a phone.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { inspect, isPlaying, leave, rest, visit, world } from "./person.mjs";
import { DIST, axe, launch, screenshot, serve } from "./support.mjs";

let browser;
let site;

before(async () => {
  [browser, site] = await Promise.all([launch(), serve()]);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

const SEGMENT = [/^topic transactions$/, /^partition 0,/, /^segment/];
const CUSTOMERS = [/^topic customers$/, /^partition 0,/];
const seconds = (text) => Number(text.replace(/[^\d.]/g, ""));

test("why not, by mouse: gates with meters, and a jump that can be taken back", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await inspect(page, ...SEGMENT);
  await page.locator("#why-not").click();
  const sheet = page.locator(".sheet.why-not");
  await sheet.waitFor();
  assert.equal(await sheet.locator(".doubt").count(), 3);
  const deletion = page.locator("#doubt-deletion");
  assert.ok((await deletion.locator(".swept-row .meter").count()) > 0);
  assert.equal(await deletion.locator('.swept-row[aria-current="true"]').count(), 1);
  const said = await deletion.locator(".earliest").first().innerText();
  const then = seconds(said.match(/at ([\d.,]+) s/)[1]);
  const before = await world(page);
  await deletion.locator(".jump").first().click();
  await page.waitForFunction((then) => Math.abs(Number(document.querySelector(".clock .now").textContent.replace(/[^\d.]/g, "")) - then) < 0.001, then);
  await rest(page);
  assert.ok(!(await isPlaying(page)));
  assert.ok((await world(page)).index > before.index, "everything in between has happened");
  await page.locator(".notice .plain").first().click();
  assert.deepEqual(await world(page), before);
  await page.locator("#close-why-not").click();
  await sheet.waitFor({ state: "detached" });
  await leave(page);
});

test("why not, by keyboard: W opens it, Tab reaches the jump, Escape closes it", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await inspect(page, ...CUSTOMERS);
  await page.keyboard.press("w");
  await page.locator(".sheet.why-not").waitFor();
  const before = await world(page);
  for (let i = 0; i < 30; i += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement.matches("#doubt-cleaning .jump, #doubt-deletion .jump"))) break;
  }
  if (await page.evaluate(() => document.activeElement.matches(".jump"))) {
    await page.keyboard.press("Enter");
    await page.waitForFunction((index) => window.brokerscope_event_index > index, before.index);
  }
  await page.keyboard.press("Escape");
  await page.locator(".sheet.why-not").waitFor({ state: "detached" });
  await leave(page);
});

test("the cleaner's theatre, by mouse and by keyboard: record by record, and back", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await inspect(page, ...CUSTOMERS);
  await page.locator("#watch-cleaner").click();
  await page.locator(".theatre").waitFor();
  const act = () => page.locator(".acts .here").innerText();
  await page.locator("#speed").selectOption({ label: "1/2×" });
  await page.locator("#play").click();
  await page.waitForFunction(() => document.querySelector(".acts li:nth-child(2)")?.classList.contains("here"), null, { polling: 20, timeout: 60_000 });
  await page.locator("#play").click();
  await rest(page);
  assert.match(await act(), /Pass 1/);
  assert.ok((await page.locator(".theatre .map li").count()) > 0, "the map is being filled");
  // Record by record into pass 2, and on to its second decision.
  const said = new Set();
  for (let i = 0; i < 120 && (await page.locator(".decisions li").count()) < 3; i += 1) {
    const next = page.locator("#record-next");
    if ((await next.count()) && (await next.isEnabled())) await next.click();
    else await page.locator("#step-forward").click();
    await rest(page);
    said.add(await page.locator("#theatre-now").innerText());
  }
  assert.match(await act(), /Pass 2/);
  assert.ok(said.size > 5, "each record has its sentence");
  assert.match(await page.locator(".decisions").innerText(), /kept|dropped/);
  assert.equal(await page.locator(".log-file.copy").count(), 1);
  // And one back: the decision is taken back.
  const decided = await page.locator(".decisions li").count();
  await page.locator("#record-before").click();
  await rest(page);
  assert.ok((await page.locator(".decisions li").count()) < decided);
  // By keyboard: C leaves it and enters it again.
  await page.locator("h1, .lead-line").first().click();
  await page.keyboard.press("c");
  await page.locator(".stage canvas").waitFor();
  await page.keyboard.press("c");
  await page.locator(".theatre").waitFor();
  await page.locator("#leave-theatre").click();
  await page.locator(".stage canvas").waitFor();
  await leave(page);
});

test("seven days pass in about ten seconds, and retention takes what is older", async () => {
  const page = await visit(browser, site.url, "scenario=week&paused=1");
  assert.equal(await page.locator("#speed").inputValue(), "5");
  const from = Date.now();
  await page.locator("#play").click();
  await page.waitForFunction(() => /^(7|8|9) d/.test(document.querySelector(".clock .now").textContent), null, { timeout: 40_000, polling: 50 });
  const wall = (Date.now() - from) / 1000;
  // Retention takes the first day's segments as soon as their newest record is seven days old.
  await page.waitForFunction(() => /^(9|10) d/.test(document.querySelector(".clock .now").textContent), null, { timeout: 40_000, polling: 50 });
  await page.locator("#play").click();
  await rest(page);
  assert.ok(wall > 6.5 && wall < 15, `${wall} s`);
  const ticks = await page.locator(".ticks span").allInnerTexts();
  assert.ok(ticks.some((text) => / d$/.test(text)), ticks.join(", "));
  // The oldest segment has gone.
  await inspect(page, /^topic readings$/, /^partition 0,/);
  const start = await page.locator(".fact", { hasText: "log start offset" }).locator("dd").first().innerText();
  assert.ok(Number(start) > 0, `log start ${start}`);
  await leave(page);
});

test("the week is in the menu, and compressed clocks among the speeds", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await page.locator(".menu summary").click();
  await page.locator("#week").click();
  assert.match(await page.locator(".menu summary").innerText(), /week/);
  await page.locator("#speed").selectOption({ label: "1 h/s" });
  assert.match(await page.locator(".clock .pace").innerText(), /60 min there/);
  await leave(page);
});

test("the Verify room replays every recorded case in this tab", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await page.setViewportSize({ width: 1480, height: 800 });
  await page.locator("#proven").click();
  await page.locator("#replay").waitFor();
  assert.ok((await page.locator(".missing li").count()) > 5);
  await page.locator("#replay").focus();
  await page.keyboard.press("Enter");
  await page.locator("#verdict .sum").waitFor({ timeout: 120_000 });
  const folder = join(DIST, "vectors");
  const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  const lines = files.map((name) => readFileSync(join(folder, name), "utf8").trim().split("\n").length);
  const all = lines.reduce((sum, count) => sum + count, 0);
  const verdict = (await page.locator("#verdict").innerText()).replaceAll(",", "");
  assert.ok(verdict.includes(`of ${all}`), `${verdict}: ${all} recorded`);
  assert.equal(await page.locator(".differing li").count(), 0, verdict);
  assert.ok((await page.locator(".results .subsystem").count()) >= 6);
  assert.match(await page.locator(".results").innerText(), /Apache Kafka 4\.3\.1/);
  await leave(page);
});

test("a disagreement is shown with both answers", async () => {
  const falsify = (page) =>
    page.route("**/vectors/partition.jsonl", async (route) => {
      const response = await route.fetch();
      const text = (await response.text()).replace(/"partition":(\d+)\},"source"/, '"partition":987654},"source"');
      await route.fulfill({ response, body: text });
    });
  const page = await visit(browser, site.url, "paused=1&room=verify", { beforeLoad: falsify, });
  await page.locator("#replay").click();
  await page.locator(".differing li").first().waitFor({ timeout: 120_000 });
  const difference = await page.locator(".differing li").first().innerText();
  assert.match(difference, /987654/);
  assert.match(difference, /Brokerscope/);
  await page.locator("#verdict .bad").waitFor({ timeout: 120_000 });
  await leave(page);
});

const STATES = {
  "why not": async (page) => {
    await page.keyboard.press("w");
    await page.locator(".sheet.why-not .doubt").first().waitFor();
  },
  theatre: async (page) => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("c");
    await page.locator(".theatre").waitFor();
  },
};

for (const { lang, ...look } of [
  { lang: "en", colorScheme: "light", viewport: { width: 1440, height: 900 } },
  { lang: "ko", colorScheme: "dark", viewport: { width: 1024, height: 768 } },
  { lang: "ko", colorScheme: "light", viewport: { width: 390, height: 844 } },
  { lang: "en", colorScheme: "dark", viewport: { width: 390, height: 844 } },
]) {
  const name = `${lang}, ${look.colorScheme}, ${look.viewport.width} px`;
  test(`axe finds nothing, and nothing is wider than the page: ${name}`, async () => {
    const page = await visit(browser, site.url, `lang=${lang}&paused=1&at=1500`, { ...look, reducedMotion: "reduce" });
    const found = [];
    const look_at = async (state) => {
      found.push(...(await axe(page)).map((problem) => `${state}: ${problem}`));
      const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      if (wide > room) found.push(`${state}: ${wide} px wide on ${room}`);
      await screenshot(page, `${state.replaceAll(" ", "-")}-${name.replaceAll(/[ ,]+/g, "-")}`);
    };
    await inspect(page, lang === "en" ? /^topic customers$/ : /^토픽 customers$/, lang === "en" ? /^partition 0,/ : /^파티션 0/);
    for (const [state, reach] of Object.entries(STATES)) {
      await reach(page);
      await rest(page);
      await look_at(state);
    }
    await page.locator("#room-verify").click();
    await page.locator("#replay").click();
    await page.locator("#verdict .sum").waitFor({ timeout: 120_000 });
    await look_at("verify");
    assert.deepEqual(found, []);
    await leave(page);
  });
}
