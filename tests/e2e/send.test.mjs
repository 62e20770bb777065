// A person sends records of their own: typed, pasted, dropped; what is malformed changes nothing.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
  facts, inspect, leave, murmur2, notices, openSend, partitionOf, playFor, told, tree, visit, walk, world,
} from "./person.mjs";
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

/** A paused store with the form open. */
async function form(query = "paused=1") {
  const page = await visit(browser, site.url, query);
  await openSend(page);
  return page;
}

/** In the page: whether the list of what happened has it. */
const happened = (text) => [...document.querySelectorAll(".told li")].some((li) => li.textContent.includes(text));

test("murmur2 of this test is Java's", () => {
  // From Kafka's own UtilsTest.
  const known = { 21: -973932308, foobar: -790332482, "a-little-bit-long-string": -985981536, abc: 479470107 };
  for (const [key, hash] of Object.entries(known)) assert.equal(murmur2(Buffer.from(key)), hash, key);
});

for (const key of ["zoe", "민지"]) {
  test(`a typed record of key ${key} lands in the partition that murmur2 says, and explains itself`, async () => {
    const page = await form();
    await page.locator("#send-producer").selectOption("till-2");
    await page.locator("#send-key").fill(key);
    await page.locator("#send-value").fill('{"item":"lamp","price":42}');
    await page.locator("#send-one").click();
    await page.keyboard.press("Escape");
    const partition = partitionOf(key, 3);
    await playFor(page, 0.08);
    const record = await walk(page, /^topic transactions$/, new RegExp(`^partition ${partition},`), /^segment/, new RegExp(`^record \\d+, key ${key}$`));
    assert.ok(record, `a record of ${key} is in partition ${partition}`);
    await page.keyboard.press("Enter");
    const said = await facts(page);
    assert.equal(said.key, key);
    assert.equal(said.value, '{"item":"lamp","price":42}');
    const why = await page.locator(".inspector .why").first().innerText();
    const hash = murmur2(Buffer.from(key));
    for (const part of [`Why partition ${partition}?`, `${hash}`, `${hash & 0x7fffffff}`]) {
      assert.ok(why.includes(part), `${part} in: ${why}`);
    }
    // The first sixteen bytes of it at the most.
    const hex = [...Buffer.from(key)].slice(0, 16).map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    assert.ok(why.includes(hex), `${hex} in: ${why}`);
    const bytes = await page.locator(".inspector .hex").first().innerText();
    assert.ok(bytes.replaceAll(/\s+/g, " ").length > 100);
    await leave(page);
  });
}

test("the hash is readable while the record flies", async () => {
  const page = await form();
  await page.locator("#send-key").fill("zoe");
  await page.locator("#send-one").click();
  await page.keyboard.press("Escape");
  const flying = await walk(page, /^producer till-1, /, /^record \d+, key zoe$/);
  assert.ok(flying, "the record waits at till-1");
  await page.keyboard.press("Enter");
  await page.locator(".inspector").waitFor();
  const said = await page.locator(".inspector").innerText();
  const hash = murmur2(Buffer.from("zoe"));
  for (const part of ["zoe", `${hash}`, `${hash & 0x7fffffff}`]) assert.ok(said.includes(part), `${part} in: ${said}`);
  await leave(page);
});

test("pasted lines, Korean and JSON, become records; each goes where its key says", async () => {
  const page = await form();
  const lines = ["민지:커피 한 잔", "서준:{\"item\":\"컵\"}", "", '{"key":"하은","value":"우산"}', "no key at all"];
  await page.locator("#send-producer").selectOption("till-2");
  await page.locator("#send-text").fill(lines.join("\n"));
  await page.locator("#send-many").click();
  await page.keyboard.press("Escape");
  assert.deepEqual(await notices(page), []);
  await playFor(page, 0.08);
  for (const key of ["민지", "서준", "하은"]) {
    const found = await walk(page, /^topic transactions$/, new RegExp(`^partition ${partitionOf(key, 3)},`), /^segment/, new RegExp(`key ${key}$`));
    assert.ok(found, `${key} is in partition ${partitionOf(key, 3)}`);
  }
  await leave(page);
});

test("a dropped file is sent like a paste", async () => {
  const page = await form();
  const files = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(["dropped-1:a\ndropped-2:b\n"], "records.txt", { type: "text/plain" }));
    return transfer;
  });
  await page.dispatchEvent("label.drop", "drop", { dataTransfer: files });
  await page.keyboard.press("Escape");
  await page.waitForFunction(happened, "dropped-2");
  const list = (await told(page)).join("\n");
  assert.match(list, /dropped-1[\s\S]*|dropped-2[\s\S]*dropped-1/);
  await leave(page);
});

test("a file that was chosen is sent like a paste", async () => {
  const page = await form();
  await page.locator("#send-file").setInputFiles({ name: "records.jsonl", mimeType: "text/plain", buffer: Buffer.from('{"key":"chosen","value":"x"}\n') });
  await page.waitForFunction(happened, "chosen");
  await leave(page);
});

for (const [name, text, wanted] of [
  ["a JSON line with a slip of the pen", 'alice:1\n\n{"kye":"alice","value":"1"}\nbob:2', /^Line 3: .*kye/],
  ["a JSON line that ends too early", '{"key":"a"', /^Line 1: /],
  ["nothing", "  \n\n", /no record/],
  ["too many", "x:1\n".repeat(10_001), /10001 records are more than/],
]) {
  test(`${name} is refused, and changes nothing`, async () => {
    const page = await form();
    const before = await world(page);
    await page.locator("#send-text").evaluate((field, text) => (field.value = text), text);
    await page.locator("#send-many").click();
    await page.locator(".notice").waitFor();
    const [said] = await notices(page);
    assert.match(said, wanted);
    assert.deepEqual(await world(page), before);
    await page.locator(".notice .icon").click();
    assert.deepEqual(await notices(page), []);
    await leave(page);
  });
}

test("a file that is too large is refused, and changes nothing", async () => {
  const page = await form();
  const before = await world(page);
  await page.locator("#send-file").setInputFiles({ name: "large.txt", mimeType: "text/plain", buffer: Buffer.alloc(4 * 1024 * 1024 + 1, "x") });
  await page.locator(".notice").waitFor();
  assert.match((await notices(page))[0], /large\.txt.*4 MiB/);
  assert.deepEqual(await world(page), before);
  await leave(page);
});

test("a tombstone is produced, shown as one, and known by its null value", async () => {
  const page = await form();
  await page.locator("#send-producer").selectOption("crm");
  await page.locator("#send-topic").selectOption("customers");
  await page.locator("#send-key").fill("grace");
  await page.locator("#send-tombstone").check();
  await page.locator("#send-one").click();
  await page.keyboard.press("Escape");
  await page.waitForFunction(happened, "grace");
  await playFor(page, 0.08);
  await inspect(page, /^topic customers$/, /^partition 0,/, /^segment/, /^tombstone \d+, key grace/);
  const said = await facts(page);
  assert.equal(said.key, "grace");
  assert.equal(said.value, "null");
  assert.match(await page.locator(".inspector").innerText(), /tombstone/);
  await leave(page);
});

test("a record without a key sticks to a partition and says so", async () => {
  const page = await form();
  await page.locator("#send-producer").selectOption("till-1");
  await page.locator("#send-no-key").check();
  await page.locator("#send-one").click();
  await page.keyboard.press("Escape");
  assert.ok((await told(page)).some((text) => /[Ww]ithout a key/.test(text)));
  assert.ok((await tree(page)).length > 0);
  await inspect(page, /^producer till-1, /, /^record \d+, key null/);
  await leave(page);
});

test("a record that is too large is refused in Kafka's words", async () => {
  const page = await form();
  await page.locator("#send-value").evaluate((field) => (field.value = "x".repeat(1_100_000)));
  await page.locator("#send-one").click();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => /RecordTooLargeException|MESSAGE_TOO_LARGE/.test(document.body.innerText), null, { timeout: 5000 });
  await page.waitForFunction(() => document.body.innerText.includes("max.request.size"), null, { timeout: 5000 });
  await leave(page);
});
