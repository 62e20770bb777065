// Settings under Kafka's names: what a person changes happens, what Kafka refuses is refused in its words.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { clock, facts, inspect, leave, listen, notices, playUntil, records, setSetting, stepUntil, told, visit, walk, world } from "./person.mjs";
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

const happened = (text) => [...document.querySelectorAll(".told li")].some((li) => li.textContent.includes(text));

test("segment.ms=1 forces a roll, and the reason is shown with its values", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await inspect(page, /^topic transactions$/);
  await setSetting(page, "segment.ms", "1");
  assert.deepEqual(await notices(page), []);
  await page.locator("#close-inspector").click();
  await playUntil(page, happened, "segment.ms allows 1 ms", { speed: "1×" });
  const roll = (await told(page)).find((text) => text.includes("rolls"));
  assert.match(roll, /Partition \d of transactions rolls: it is [\d,.]+ m?s old, segment\.ms allows 1 ms, so a new segment begins at offset \d+\./);
  const [, partition] = roll.match(/Partition (\d)/);
  const [, offset] = roll.match(/offset (\d+)/);
  const file = `${offset.padStart(20, "0")}.log`;
  const segment = await walk(page, /^topic transactions$/, new RegExp(`^partition ${partition},`), new RegExp(`^segment ${file}`));
  assert.ok(segment, `${file} is on the stage`);
  await page.keyboard.press("Enter");
  assert.equal((await facts(page))["base offset"], offset);
  await leave(page);
});

test("segment.bytes=1000 is refused in Kafka's words, and internal.segment.bytes is offered", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await inspect(page, /^topic transactions$/);
  const before = await world(page);
  await setSetting(page, "segment.bytes", "1000");
  await page.locator(".notice").waitFor();
  const [said] = await notices(page);
  assert.match(said, /Invalid value 1000 for configuration segment\.bytes: Value must be at least 1048576/);
  // The refusal is a step of the run; the rest of the world is as it was.
  assert.ok((await world(page)).index - before.index <= 1);
  await page.getByRole("button", { name: "internal.segment.bytes=1000" }).click();
  assert.deepEqual(await notices(page), []);
  assert.equal(await page.locator('[id="set-internal.segment.bytes"]').inputValue(), "1000");
  await page.locator("#close-inspector").click();
  await playUntil(page, (text) => [...document.querySelectorAll(".told li")].some((li) => /transactions rolls/.test(li.textContent) && li.textContent.includes(text)), "segment.bytes 1,000", { speed: "2×" });
  await leave(page);
});

for (const [name, value, wanted] of [
  ["retention.ms", "-2", /Invalid value -2 for configuration retention\.ms: Value must be at least -1/],
  ["cleanup.policy", "shred", /Invalid value shred for configuration cleanup\.policy: String must be one of: compact, delete/],
  ["min.cleanable.dirty.ratio", "1.5", /Invalid value 1\.5 for configuration min\.cleanable\.dirty\.ratio: Value must be no more than 1/],
  ["segment.ms", "soon", /Invalid value soon for configuration segment\.ms: Not a number of type LONG/],
]) {
  test(`${name}=${value} is refused in Kafka's words, and stays as it was`, async () => {
    const page = await visit(browser, site.url, "paused=1");
    await inspect(page, /^topic transactions$/);
    const field = page.locator(`[id="set-${name}"]`);
    const before = await field.inputValue();
    await setSetting(page, name, value);
    await page.locator(".notice").waitFor();
    assert.match((await notices(page))[0], wanted);
    await page.locator("#close-inspector").click();
    await inspect(page, /^topic transactions$/);
    assert.equal(await field.inputValue(), before);
    await leave(page);
  });
}

test("min.cleanable.dirty.ratio=0 makes the cleaner run, and survivors keep their offsets", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await inspect(page, /^topic customers$/);
  await setSetting(page, "min.cleanable.dirty.ratio", "0");
  assert.deepEqual(await notices(page), []);
  await page.locator("#close-inspector").click();
  // A cleaning of this topic that ends from now on.
  const from = await clock(page);
  const cleaned = (from) =>
    [...document.querySelectorAll(".told li")]
      .map((li) => li.innerText.replaceAll(/\s+/g, " "))
      .find((text) => Number.parseFloat(text) > from && /Cleaned: .* of customers/.test(text));
  await playUntil(page, cleaned, from, { speed: "2×" });
  const done = await page.evaluate(`(${cleaned})(${from})`);
  const [, kept, read, below] = done.match(/Cleaned: (\d+) of (\d+) records of .* below offset (\d+)/);
  assert.ok(Number(kept) < Number(read), done);
  // Below the checkpoint each key is left once, at an offset of old, with gaps between.
  const survivors = (await records(page, "customers", 0)).filter(({ offset }) => offset < Number(below));
  assert.ok(survivors.length > 0, `survivors are on the stage: ${done}`);
  const keys = survivors.map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length, `each key once: ${keys}`);
  const offsets = survivors.map(({ offset }) => offset);
  assert.deepEqual(offsets, [...offsets].sort((a, b) => a - b));
  assert.ok(offsets.at(-1) - offsets[0] + 1 > offsets.length, `gaps stay: ${offsets}`);
  await leave(page);
});

test("an unknown setting of a client is taken, and Kafka's log line is shown", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await inspect(page, /^producer till-1/);
  await page.locator(".properties summary").click();
  const area = page.locator(".properties textarea");
  await area.fill(`${await area.inputValue()}\nlinger.millis=20\n`);
  await page.locator(".properties button").click();
  assert.deepEqual(await notices(page), []);
  await page.locator(".settings .unused").waitFor();
  assert.match(await page.locator(".settings .unused").innerText(), /These configurations '\[linger\.millis\]' were supplied but are not used yet\./);
  await page.locator("#close-inspector").click();
  // The process that starts with it, once the old one has flushed, logs it.
  await listen(page, /till-1 has settings that the client does not know/);
  await leave(page);
});

test("properties that Java does not read are refused by line, and change nothing", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await inspect(page, /^producer till-1/);
  const before = await world(page);
  await page.locator(".properties summary").click();
  await page.locator(".properties textarea").fill("acks=1\nclient.id=\\u00zz\n");
  await page.locator(".properties button").click();
  await page.locator(".notice").waitFor();
  assert.match((await notices(page))[0], /Line 2: .*Malformed \\uxxxx encoding/);
  assert.deepEqual(await world(page), before);
  await leave(page);
});

test("a producer's setting changes what it does", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await inspect(page, /^producer till-1/);
  await setSetting(page, "linger.ms", "50");
  assert.deepEqual(await notices(page), []);
  assert.equal(await page.locator('.setting.set [id="set-linger.ms"]').inputValue(), "50");
  await page.locator("#close-inspector").click();
  await stepUntil(page, /till-1 sends .* after 50 ms/);
  await inspect(page, /^producer till-1/);
  // And back to the default.
  await page.getByRole("button", { name: "Default linger.ms" }).click();
  await page.locator('.setting.set [id="set-linger.ms"]').waitFor({ state: "detached" });
  await leave(page);
});

test("a bad value of a client's setting is refused in Kafka's words", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await inspect(page, /^producer till-1/);
  await setSetting(page, "acks", "2");
  await page.locator(".notice").waitFor();
  assert.match((await notices(page))[0], /Invalid value 2 for configuration acks: String must be one of: all, -1, 0, 1/);
  await leave(page);
});
