// The Bytes room: every field of a batch, the log's files, and look-ups that play; by mouse and by
// keyboard, on a phone, and for a screen reader.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { inspect, isPlaying, leave, visit } from "./person.mjs";
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

const title = (page) => page.locator(".bytes-room .lead-line").textContent();
const card = (page) => page.locator(".card").innerText();
const chosen = (page) => page.locator("#fields [aria-selected=true] .name").textContent();
const steps = async (page) => (await page.locator(".find-steps .count").textContent()).split(" / ").map(Number);

/** The room of the store as it stands at its opening. */
const room = async (query = "", options = {}) => {
  const page = await visit(browser, site.url, `room=bytes&paused=1${query}`, options);
  await page.locator(".bytes-room").waitFor();
  return page;
};

test("the head of the page and keys lead to the room and back; the store stands still meanwhile", async () => {
  const page = await visit(browser, site.url);
  await page.locator("#room-bytes").click();
  await page.locator(".bytes-room").waitFor();
  assert.equal(await page.locator("#room-bytes").getAttribute("aria-current"), "page");
  assert.equal(await page.locator("#stage, .transport").count(), 0);
  await page.keyboard.press("1");
  await page.locator(".transport").waitFor();
  assert.ok(await isPlaying(page));
  await page.keyboard.press("3");
  await page.locator(".bytes-room").waitFor();
  await page.locator("#room-store").click();
  await page.locator(".transport").waitFor();
  await leave(page);
});

test("a link opens the room, and a wrong one is named", async () => {
  const page = await room();
  assert.match(await title(page), /142 bytes|bytes of transactions-\d\/\d{20}\.log/);
  await leave(page);
  const lost = await visit(browser, site.url, "room=cellar&paused=1");
  await lost.locator(".notice").waitFor();
  assert.match(await lost.locator(".notice").innerText(), /room=cellar/);
  await leave(lost);
});

test("a byte leads to its field and a field to its bytes", async () => {
  const page = await room();
  await page.locator('.run.role-checksum').first().click();
  assert.equal(await chosen(page), "crc");
  assert.match(await card(page), /CRC-32C/);
  assert.match(await card(page), /FMT-2/);
  // The other way; every byte of the field is outlined.
  await page.locator("#fields .field-option", { hasText: "maxTimestamp" }).click();
  const octets = await page.locator(".run.shown .octets").allInnerTexts();
  const hex = octets.join("").replace(/\s/g, "");
  assert.equal(hex.length, 16);
  assert.match(await page.locator(".card dd.value").innerText(), new RegExp(`^${BigInt(`0x${hex}`)}$`));
  // The pointer shows; it does not choose.
  await page.locator(".run.role-checksum").first().hover();
  assert.match(await card(page), /^crc/);
  assert.equal(await chosen(page), "maxTimestamp");
  await leave(page);
});

test("arrows walk the fields, Enter unpacks a varint, Page keys turn batches", async () => {
  const page = await room();
  await page.locator("#fields").focus();
  await page.keyboard.press("Home");
  assert.equal(await chosen(page), "baseOffset");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  assert.equal(await chosen(page), "partitionLeaderEpoch");
  await page.keyboard.press("ArrowUp");
  assert.equal(await chosen(page), "batchLength");
  await page.keyboard.press("End");
  assert.equal(await chosen(page), "headersCount");
  // A screen reader hears the option and what describes it.
  const active = await page.locator("#fields").getAttribute("aria-activedescendant");
  const option = page.locator(`#${active}`);
  assert.equal(await option.getAttribute("aria-selected"), "true");
  const described = await page.locator(`#${await option.getAttribute("aria-describedby")}`).innerText();
  assert.match(described, /headers follow/);
  // The value's length is two bytes: 86 01 is 134, half of it 67.
  while ((await chosen(page)) !== "valueLength") await page.keyboard.press("ArrowUp");
  assert.equal(await page.locator(".bits").count(), 0);
  await page.keyboard.press("Enter");
  const bits = await page.locator(".bits").innerText();
  const rows = await page.locator(".bit-row").count();
  const value = Number(await page.locator(".card dd.value").innerText());
  assert.equal(rows, value >= 64 ? 2 : 1);
  assert.match(bits, new RegExp(`= ${2 * value}`));
  const before = await title(page);
  const place = await page.locator(".bytes-room .lead-aside").innerText();
  await page.keyboard.press("PageUp");
  assert.notEqual(await page.locator(".bytes-room .lead-aside").innerText(), place);
  await page.keyboard.press("PageDown");
  assert.equal(await title(page), before);
  await leave(page);
});

test("another log, segment, file and batch are put on the desk by mouse", async () => {
  const page = await room();
  await page.locator("#desk-log").selectOption("customers-0");
  assert.match(await title(page), /customers-0\/\d{20}\.log/);
  const segments = page.locator(".segment");
  assert.ok((await segments.count()) >= 2);
  await segments.first().click();
  assert.match(await title(page), /customers-0\/0{20}\.log/);
  assert.equal(await segments.first().getAttribute("aria-pressed"), "true");
  assert.match(await segments.first().innerText(), /closed/);
  assert.match(await segments.last().innerText(), /active/);
  await page.locator("#batch-forward").click();
  await page.locator("#batch-back").click();
  assert.match(await title(page), /customers-0\/0{20}\.log/);
  assert.ok(await page.locator("#batch-back").isDisabled());
  await page.locator("#file-timeindex").click();
  assert.match(await title(page), /\.timeindex/);
  assert.match(await page.locator("#fields").innerText(), /timestamp[\s\S]*relativeOffset/);
  await leave(page);
});

test("what is selected on the stage is on the desk", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await inspect(page, /^topic transactions$/, /^partition 0,/, /^segment/, /^record/);
  const offset = Number((await page.locator("#inspected").innerText()).match(/\d+/)[0]);
  await page.keyboard.press("3");
  await page.locator(".bytes-room").waitFor();
  assert.match(await title(page), /transactions-0/);
  assert.match(await page.locator(".group-name").first().innerText(), new RegExp(`offset ${offset}$`));
  await leave(page);
});

test("a look-up by offset plays, and steps back and forward", async () => {
  const page = await room();
  await page.locator("#find-what").fill("3");
  await page.locator("#find").click();
  assert.equal((await steps(page))[0], 1);
  // It plays by itself.
  await page.waitForFunction(() => /^[2-9]/.test(document.querySelector(".find-steps .count").textContent));
  await page.locator("#find-back").click();
  await page.locator("#find-forward").click();
  // By keyboard, from a button of its own.
  await page.locator("#find-play").focus();
  await page.keyboard.press("Home");
  assert.equal((await steps(page))[0], 1);
  await page.keyboard.press("End");
  const [shown, count] = await steps(page);
  assert.equal(shown, count);
  assert.deepEqual(await page.locator(".find-row").evaluateAll((rows) => rows.map((row) => row.dataset.row)), [
    "files",
    "offset-index",
    "batches",
  ]);
  // Each row has one cell from which the search goes on; the probes carry their turn.
  assert.match(await page.locator("[data-row=files] .taken").innerText(), /^0{20}\.log$/);
  assert.match(await page.locator("[data-row=offset-index] .note").first().innerText(), /^1\. \d+ (≤|>) 3$/);
  await page.locator("[data-row=batches] .taken").click();
  assert.match(await page.locator(".bytes-room .lead-aside").innerText(), /offset 3\.|offsets \d to \d/);
  await leave(page);
});

test("a look-up by time asks the time index first and ends at a record", async () => {
  const page = await room("&lang=en", { reducedMotion: "reduce" });
  await page.locator("#find-by").selectOption({ index: 1 });
  await page.locator("#find").click();
  const [shown, count] = await steps(page);
  assert.equal(shown, count, "without motion all steps are there at once");
  const kinds = await page.locator(".find-row").evaluateAll((rows) => rows.map((row) => row.dataset.row));
  assert.deepEqual(kinds, ["files", "time-index", "offset-index", "batches", "records"]);
  assert.match(await page.locator(".says").innerText(), /this is the answer/);
  // Something that is no number is refused, and nothing changes.
  await page.locator("#find-what").fill("soon");
  await page.locator("#find").click();
  await page.locator(".notice").waitFor();
  assert.deepEqual(await steps(page), [shown, count]);
  await leave(page);
});

test("the disk leaves as an archive and comes back without an anomaly", async () => {
  const page = await room();
  await page.locator("#export summary").click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#export-topic").click()]);
  assert.equal(download.suggestedFilename(), "transactions.zip");
  const archive = await download.path();
  await page.locator("#import").setInputFiles({ name: "transactions.zip", mimeType: "application/zip", buffer: readFileSync(archive) });
  await page.locator(".imported").waitFor();
  assert.equal(await page.locator(".anomaly").count(), 0);
  assert.match(await page.locator(".imported").innerText(), /transactions-0\/0{20}\.log/);
  assert.match(await page.locator(".lead-aside").innerText(), /checksum agrees/);
  // By keyboard to the next batch and back to the store's own files.
  await page.locator("#batch-forward").press("Enter");
  assert.match(await page.locator(".lead-aside").innerText(), /^Batch 2 of/);
  await page.locator("#put-away").press("Enter");
  await page.locator("#desk-log").waitFor();
  await leave(page);
});

const REAL = fileURLToPath(new URL("../files/", import.meta.url));
const real = (folder) =>
  readdirSync(`${REAL}${folder}`).map((name) => ({ name, mimeType: "application/octet-stream", buffer: readFileSync(`${REAL}${folder}/${name}`) }));

test("a real broker's files are shown record by record, and damage is named where it is", async () => {
  const page = await room();
  await page.locator("#import").setInputFiles(real("segments-0"));
  await page.locator(".imported").waitFor();
  assert.equal(await page.locator(".anomaly").count(), 0, "nothing is wrong with Apache Kafka's own files");
  assert.match(await page.locator(".records tbody tr").first().innerText(), /^0\s+\d{13}\s+key-0\s+value number 0/);
  assert.deepEqual(await axe(page), []);
  // One bit, and the last bytes gone: dropped on the page, from another room.
  await page.keyboard.press("7");
  await page.locator(".verify-room").waitFor();
  const log = real("segments-0").find(({ name }) => name.endsWith(".log"));
  const bytes = [...log.buffer];
  bytes[100] ^= 4;
  bytes.length -= 5;
  await page.evaluate(
    ([name, bytes]) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], name));
      document.querySelector(".page").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    [log.name, bytes],
  );
  await page.locator(".anomaly").first().waitFor();
  const told = await page.locator(".anomaly").allInnerTexts();
  assert.ok(told.some((text) => /byte 0\s+The checksum stored is/.test(text)), told.join("; "));
  assert.ok(told.some((text) => /The last \d+ bytes are not a whole batch/.test(text)), told.join("; "));
  await page.locator(".anomaly", { hasText: "not a whole batch" }).click();
  assert.match(await title(page), /that are no batch/);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 1280, `${width}`);
  await leave(page);
});

test("axe finds nothing, and a phone has room for it all", async () => {
  for (const lang of ["en", "ko"]) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await room(`&lang=${lang}`, { colorScheme, viewport: { width: 390, height: 844 } });
      await page.locator("#fields").focus();
      await page.keyboard.press("Enter");
      assert.deepEqual(await axe(page), [], `${lang} ${colorScheme}`);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.equal(width, 390, `${lang} ${colorScheme}`);
      await page.locator("#file-index").click();
      assert.deepEqual(await axe(page), [], `${lang} ${colorScheme}: .index`);
      await leave(page);
    }
  }
});
