// The room of keys: a key's hash on the page is Java's, keys pile up where they go, and those that move are named.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { crc32 } from "node:zlib";

import { leave, murmur2, partitionOf } from "./person.mjs";
import { axe, launch, open, screenshot, serve } from "./support.mjs";

let browser;
let site;

before(async () => {
  [browser, site] = await Promise.all([launch(), serve()]);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

/** Opens the room. */
async function room(query = "", options = {}) {
  const page = await open(browser, site.url, { path: `?room=keys${query}`, serviceWorkers: "block", ...options });
  await page.locator(".keys-room .number-row.result").waitFor();
  return page;
}

const lead = (page) => page.locator(".lead-line").innerText();
const result = (page) => page.locator(".number-row.result strong").innerText();
const inPile = (page, id, partition) =>
  page.locator(`#piles-${id} .pile`).nth(partition).locator(".key-tile").evaluateAll((tiles) => tiles.map((tile) => tile.title));

for (const key of ["zoe", "민지", "order-4711 of a person with a long name"]) {
  test(`a typed key, ${key}, is hashed as Java does it`, async () => {
    const page = await room();
    await page.locator("#key-text").fill(key);
    await page.locator("#key-text").press("Enter");
    const hash = murmur2(Buffer.from(key));
    await page.locator(".number-row.first code", { hasText: String(hash) }).waitFor();
    assert.equal(await result(page), String(partitionOf(key, 3)));
    assert.ok((await lead(page)).includes(`partition ${partitionOf(key, 3)} of 3`), await lead(page));
    const bytes = await page.locator(".key-byte code").allInnerTexts();
    assert.equal(bytes.join(""), Buffer.from(key).toString("hex"));
    const digits = await page.locator(".bit-row .digits").allInnerTexts();
    assert.equal(digits.at(-1), (hash & 0x7fffffff).toString(16).padStart(8, "0"));
    const drawn = await page.locator(".bit-row.masked .bits").evaluate((svg) => [...svg.querySelectorAll("rect")].map((bit) => (bit.classList.contains("on") ? 1 : 0)).join(""));
    assert.equal(drawn, (hash & 0x7fffffff).toString(2).padStart(32, "0"));
    await leave(page);
  });
}

test("other clients' answers are theirs", async () => {
  const page = await room("&key=alice");
  const answers = await page.locator(".others li b").allInnerTexts();
  assert.equal(answers[0].replace(/\D/g, ""), String(crc32(Buffer.from("alice")) % 3));
  assert.deepEqual(answers.map((text) => text[0]), ["≠", "≠", "="]);
  await leave(page);
});

test("pasted keys pile up on their partitions, and exactly those that move are edged", async () => {
  const page = await room();
  const keys = Array.from({ length: 40 }, (_, n) => `customer-${n}`);
  await page.locator("#keys-edit").click();
  await page.locator("#keys-all").fill(keys.join("\n"));
  await page.locator("#keys-done").click();
  await page.locator("#partitions-then").fill("5");
  await page.locator("#partitions-then").press("Enter");
  for (let partition = 0; partition < 3; partition += 1) {
    assert.deepEqual(await inPile(page, "now", partition), keys.filter((key) => partitionOf(key, 3) === partition));
  }
  const moved = keys.filter((key) => partitionOf(key, 3) !== partitionOf(key, 5));
  const edged = await page.locator("#piles-then .key-tile.moved").evaluateAll((tiles) => tiles.map((tile) => tile.title));
  assert.deepEqual(edged.map((title) => title.replace(", moved here", "")).sort(), [...moved].sort());
  assert.ok((await page.locator(".moves").innerText()).startsWith(`${moved.length} of 40 keys move`));
  await leave(page);
});

test("arrows go from key to key", async () => {
  const page = await room("&keys=a%0Ab%0Ac&key=a&of=1&then=1");
  await page.locator("#piles-now [role=listbox]").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.locator(".lead-line .key", { hasText: /^c$/ }).waitFor();
  await page.keyboard.press("Home");
  await page.locator(".lead-line .key", { hasText: /^a$/ }).waitFor();
  const active = await page.locator("#piles-now [role=listbox]").getAttribute("aria-activedescendant");
  assert.equal(await page.locator(`[id="${active}"]`).getAttribute("aria-selected"), "true");
  await leave(page);
});

test("numbers are serialised as numbers, and what is none is named", async () => {
  const page = await room("&keys=42%0Aalice&key=42");
  await page.locator("#key-serializer").selectOption("IntegerSerializer");
  await page.locator(".key-byte").nth(3).waitFor();
  assert.deepEqual(await page.locator(".key-byte code").allInnerTexts(), ["00", "00", "00", "2a"]);
  assert.ok((await page.locator(".piles-side").innerText()).includes("1 keys are not numbers"));
  await leave(page);
});

test("the table is saved as a file", async () => {
  const page = await room("&keys=alice%0Abob&key=alice");
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#keys-csv").click()]);
  assert.equal(download.suggestedFilename(), "keys.csv");
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString("utf8").trim().split("\r\n");
  assert.equal(lines.length, 3);
  assert.ok(lines[1].startsWith("alice,616c696365,1951417749,1951417749,0,3,true"), lines[1]);
  await leave(page);
});

for (const [lang, colorScheme, viewport] of [
  ["en", "light", { width: 1280, height: 720 }],
  ["ko", "dark", { width: 390, height: 844 }],
]) {
  test(`axe finds nothing in the room of keys, and nothing is wider than the page: ${lang}, ${colorScheme}`, async () => {
    const page = await room(`&lang=${lang}`, { colorScheme, viewport });
    assert.deepEqual(await axe(page), []);
    const [wide, width] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    assert.ok(wide <= width, `${wide} px on ${width}`);
    await screenshot(page, `keys-${lang}-${colorScheme}`);
    await leave(page);
  });
}
