// Own the time: play, pause, step forward and back, scrub, speed; the same moment is the same picture.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { clock, inspect, isPlaying, leave, listen, openSend, painted, picture, playUntil, rest, visit, world } from "./person.mjs";
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

/** What a person sees of the moment: the world, the picture, the sentences. */
async function moment(page) {
  const { digest, index } = await world(page);
  return {
    digest,
    index,
    picture: await picture(page),
    lead: await page.locator(".lead-line").innerText(),
    clock: await page.locator(".clock .now").innerText(),
  };
}

test("steps forward and back lead to the identical picture, with the mouse", async () => {
  const page = await visit(browser, site.url, "paused=1");
  const seen = [];
  for (let i = 0; i < 4; i += 1) {
    await page.locator("#step-forward").click();
    seen.push(await moment(page));
  }
  for (let i = 1; i < seen.length; i += 1) assert.ok(seen[i].index > seen[i - 1].index, "each step goes on");
  assert.ok(new Set(seen.map(({ picture }) => picture)).size > 1, "the picture changes");
  for (let i = seen.length - 2; i >= 0; i -= 1) {
    await page.locator("#step-back").click();
    const { picture: before, ...said } = seen[i];
    const { picture: now, ...says } = await moment(page);
    assert.deepEqual(says, said, `step ${i}`);
    assert.ok(now === before, `step ${i}: the identical picture`);
  }
  for (let i = 1; i < seen.length; i += 1) {
    await page.locator("#step-forward").click();
    const { picture: before, ...said } = seen[i];
    const { picture: now, ...says } = await moment(page);
    assert.deepEqual(says, said, `step ${i} again`);
    assert.ok(now === before, `step ${i} again: the identical picture`);
  }
  await leave(page);
});

test("arrow keys step, Shift jumps to marks, Home and End to the ends", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await page.keyboard.press("ArrowRight");
  const start = await world(page);
  await page.keyboard.press("ArrowRight");
  const next = await world(page);
  assert.ok(next.index > start.index);
  await page.keyboard.press("ArrowLeft");
  assert.deepEqual(await world(page), start);
  await page.keyboard.press("Shift+ArrowRight");
  const mark = await world(page);
  assert.ok(mark.index > next.index);
  await page.keyboard.press("Home");
  const first = await world(page);
  assert.ok(first.index < start.index);
  await page.keyboard.press("End");
  assert.deepEqual(await world(page), mark);
  await page.keyboard.press("Shift+ArrowLeft");
  const earlier = await world(page);
  assert.ok(earlier.index < mark.index);
  await page.keyboard.press("Shift+ArrowRight");
  assert.deepEqual(await world(page), mark);
  await leave(page);
});

test("stepping back over what a person did undoes it, and forward does it again", async () => {
  const page = await visit(browser, site.url, "paused=1");
  const before = await world(page);
  await openSend(page);
  await page.locator("#send-key").fill("zoe");
  await page.locator("#send-one").click();
  await page.keyboard.press("Escape");
  const after = await moment(page);
  assert.ok(after.index > before.index);
  await page.keyboard.press("ArrowLeft");
  assert.ok((await world(page)).index < after.index);
  await page.keyboard.press("End");
  const again = await moment(page);
  assert.equal(again.digest, after.digest);
  assert.ok(again.picture === after.picture, "the identical picture");
  await leave(page);
});

test("the timeline scrubs to a moment and back, by mouse and by keyboard", async () => {
  const page = await visit(browser, site.url, "paused=1");
  const start = await moment(page);
  const timeline = page.locator("#timeline");
  const end = await timeline.inputValue();
  await timeline.fill("300");
  const early = await moment(page);
  assert.match(early.clock, /^0\.300 s$/);
  assert.ok(early.index < start.index);
  await timeline.fill(end);
  const late = await moment(page);
  assert.equal(late.digest, start.digest);
  assert.equal(late.index, start.index);
  assert.ok(late.picture === start.picture, "the identical picture");
  // The pointer: the middle of the line.
  const box = await timeline.boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  const middle = await moment(page);
  assert.ok(middle.index < start.index);
  await timeline.focus();
  await page.keyboard.press("ArrowRight");
  assert.ok(Number(await timeline.inputValue()) > Number(middle.clock.replace(/ s$/, "")) * 1000);
  await timeline.fill("300");
  assert.ok((await moment(page)).picture === early.picture, "the identical picture");
  await leave(page);
});

test("the speed is a person's choice, and is said", async () => {
  const page = await visit(browser, site.url, "paused=1");
  const pace = () => page.locator(".clock .pace").innerText();
  const slow = await pace();
  assert.match(slow, /20 ms/);
  await page.locator("#speed").selectOption({ label: "10×" });
  assert.match(await pace(), /200 ms/);
  await page.keyboard.press("Escape");
  await page.locator(".lead-line").click();
  await page.keyboard.press("-");
  assert.match(await pace(), /100 ms/);
  await page.keyboard.press("+");
  assert.match(await pace(), /200 ms/);
  // As fast as that, model time passes: a second and a half in less than twenty.
  await playUntil(page, () => Number.parseFloat(document.querySelector(".clock .now").textContent) > 2.5, null, { timeout: 20_000 });
  await page.locator("#speed").selectOption({ label: "1/1000×" });
  const before = Number.parseFloat(await page.locator(".clock .now").innerText());
  await page.locator("#play").click();
  await page.waitForTimeout(500);
  await page.locator("#play").click();
  await rest(page);
  const after = Number.parseFloat(await page.locator(".clock .now").innerText());
  assert.ok(after - before <= 0.002, `${before} to ${after}`);
  await leave(page);
});

test("within half a minute of watching, all four things happen and are said in a sentence", async () => {
  const page = await visit(browser, site.url, "paused=1");
  // 30 s of watching are 600 ms of the store.
  const from = await clock(page);
  const until = from + 0.6;
  const passed = new RegExp(`^${until.toFixed(2).replace(".", "\\.")}\\d s|^${(until + 0.01).toFixed(2).replace(".", "\\.")}\\d s|^${(until + 0.02).toFixed(2).replace(".", "\\.")}\\d s`);
  const all = (await listen(page, passed)).filter((text) => Number.parseFloat(text) >= from && Number.parseFloat(text) <= until).join("\n");
  for (const wanted of [/hashes to partition \d/, /rolls: .* would pass segment\.bytes/, /Cleaned: \d+ of \d+/, /asks the coordinator to store/, /is a record|__consumer_offsets/]) {
    assert.match(all, wanted);
  }
  await leave(page);
});

test("a shared link restores the exact world in a new page", async () => {
  const page = await visit(browser, site.url, "", { permissions: ["clipboard-read", "clipboard-write"] });
  await openSend(page);
  await page.locator("#send-key").fill("민지");
  await page.locator("#send-one").click();
  await page.keyboard.press("Escape");
  await inspect(page, /^group store$/, /^consumer c1/);
  await page.locator("#do-crash").click();
  await page.waitForTimeout(700);
  if (await isPlaying(page)) await page.locator("#play").click();
  const here = await world(page);
  await page.locator("#share").click();
  await page.locator("#share").filter({ hasText: "Link copied" }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(link, page.url());
  const other = await visit(browser, link, link.slice(link.indexOf("?") + 1));
  assert.deepEqual(await world(other), here);
  assert.ok(!(await isPlaying(other)));
  await leave(other);
  // And by the address bar of this very page.
  await page.reload();
  await painted(page);
  assert.deepEqual(await world(page), here);
  await leave(page);
});

test("a link that the clipboard does not take stands in the address bar", async () => {
  const page = await visit(browser, site.url, "paused=1", {
    beforeLoad: (page) =>
      page.addInitScript(() => {
        navigator.clipboard.writeText = () => Promise.reject(new Error("no"));
      }),
  });
  await page.locator("#share").click();
  await page.locator(".notice").waitFor();
  assert.match(await page.locator(".notice").innerText(), /address bar/);
  assert.match(page.url(), /[?&]at=\d+&paused$/);
  await leave(page);
});
