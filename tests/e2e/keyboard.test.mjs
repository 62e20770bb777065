// Everything works by keyboard alone, down to a record's bytes; nothing traps the focus or loses it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { facts, isPlaying, leave, rest, visit, walk, world } from "./person.mjs";
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

const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    return element === document.body ? "body" : element.id || `${element.tagName.toLowerCase()}.${element.className}`;
  });

/** Tabs through the whole page once; what had the focus, in order. */
async function round(page, key = "Tab", most = 250) {
  const seen = [];
  for (let i = 0; i < most; i += 1) {
    await page.keyboard.press(key);
    const at = await focused(page);
    if (at === "body" || (i > 2 && at === seen[0] && seen.length > 3 && seen.includes("timeline"))) break;
    seen.push(at);
  }
  return seen;
}

test("Tab reaches every control, in reading order, and shows where it is", async () => {
  const page = await visit(browser, site.url, "paused=1");
  const seen = await round(page);
  const wanted = ["tour", "send", "lang", "theme", "share", "help", "tree", "step-back", "play", "step-forward", "speed", "timeline"];
  const places = wanted.map((id) => seen.indexOf(id));
  assert.ok(places.every((place) => place >= 0), `${wanted.filter((_, at) => places[at] < 0)} not in ${seen}`);
  assert.deepEqual(places, [...places].sort((a, b) => a - b), `${seen}`);
  // Each shows its focus: an outline, but for the stage, whose ring the canvas draws.
  await page.locator("#tour").focus();
  await page.keyboard.press("Tab");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.notEqual(outline, "none");
  await leave(page);
});

test("a record's bytes are inspected by keyboard alone, while the world runs", async () => {
  const page = await visit(browser, site.url);
  while ((await focused(page)) !== "tree") await page.keyboard.press("Tab");
  await page.locator("#tree [aria-selected=true]").waitFor({ state: "attached", timeout: 5000 });
  await page.keyboard.press("Space");
  await rest(page);
  assert.ok(!(await isPlaying(page)));
  assert.ok(await walk(page, /^topic transactions$/, /^partition 1,/, /^segment/, /^record/));
  await page.keyboard.press("Enter");
  await page.locator(".inspector").waitFor();
  // On to the bytes by Tab: each field is a button that explains itself.
  for (let i = 0; i < 60 && !(await page.evaluate(() => document.activeElement.matches(".field-row"))); i += 1) {
    await page.keyboard.press("Tab");
  }
  assert.ok(await page.evaluate(() => document.activeElement.matches(".field-row")), "a field of the bytes has the focus");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-expanded")), "true");
  assert.ok((await page.locator(".fields .explain").innerText()).length > 10);
  assert.ok((await page.locator(".hex .byte.chosen").count()) > 0, "its bytes are marked");
  await leave(page);
});

test("the canvas draws the ring, and scrolls to it", async () => {
  const page = await visit(browser, site.url, "paused=1", { viewport: { width: 1280, height: 600 } });
  const without = await page.evaluate(() => document.querySelector(".stage canvas").toDataURL());
  await page.locator("#tree").focus();
  await rest(page);
  const first = await page.evaluate(() => document.querySelector(".stage canvas").toDataURL());
  assert.ok(first !== without, "a ring");
  assert.equal(await page.locator(".stage").evaluate((stage) => stage.scrollTop), 0);
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowUp"); // The last is the broker, which stands on the first topic's line.
  await rest(page);
  const scrolled = await page.locator(".stage").evaluate((stage) => stage.scrollTop);
  assert.ok(scrolled > 0, "the last thing is below what was in view");
  await page.keyboard.press("Home");
  await rest(page);
  assert.ok((await page.locator(".stage").evaluate((stage) => stage.scrollTop)) < 30);
  await leave(page);
});

test("the tree's arrows do not step through time, and steps do not move the ring", async () => {
  const page = await visit(browser, site.url, "paused=1");
  const before = await world(page);
  await walk(page, /^topic transactions$/, /^partition 0,/);
  assert.deepEqual(await world(page), before);
  const active = page.locator("#tree");
  assert.match(await active.getAttribute("aria-activedescendant"), /^node-\d+$/);
  const id = await active.getAttribute("aria-activedescendant");
  assert.equal(await page.locator(`[id="${id}"]`).getAttribute("aria-selected"), "true");
  await leave(page);
});

test("letters do what the help says, and fields keep theirs", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await page.keyboard.press("?");
  await page.locator(".sheet.help").waitFor();
  assert.ok((await page.locator(".sheet.help dt").count()) >= 8);
  await page.keyboard.press("Escape");
  await page.locator(".sheet.help").waitFor({ state: "detached" });
  await page.keyboard.press("s");
  await page.locator(".sheet.send").waitFor();
  await page.locator("#send-key").fill("");
  await page.locator("#send-key").pressSequentially("s l ? +");
  assert.equal(await page.locator("#send-key").inputValue(), "s l ? +");
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await page.keyboard.press("Escape");
  await page.locator(".sheet.send").waitFor({ state: "detached" });
  await page.keyboard.press("Space");
  assert.ok(await isPlaying(page));
  await page.keyboard.press("Space");
  assert.ok(!(await isPlaying(page)));
  await leave(page);
});

test("a sheet takes the focus, keeps it reachable, and gives it back", async () => {
  for (const [button, sheet] of [["#send", ".sheet.send"], ["#help", ".sheet.help"]]) {
    const page = await visit(browser, site.url, "paused=1");
    await page.locator(button).focus();
    await page.keyboard.press("Enter");
    await page.locator(sheet).waitFor();
    await page.waitForTimeout(100);
    assert.ok(await page.evaluate((sheet) => document.querySelector(sheet).contains(document.activeElement), sheet), `${sheet} has the focus`);
    await page.keyboard.press("Escape");
    await page.locator(sheet).waitFor({ state: "detached" });
    await page.waitForTimeout(100);
    assert.equal(`#${await focused(page)}`, button, `${button} has it back`);
    await leave(page);
  }
});

test("a record is sent by keyboard alone", async () => {
  const page = await visit(browser, site.url, "paused=1");
  const before = await world(page);
  await page.keyboard.press("s");
  await page.locator(".sheet.send").waitFor();
  for (let i = 0; i < 60 && (await focused(page)) !== "send-key"; i += 1) await page.keyboard.press("Tab");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("zoe");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  assert.ok((await world(page)).index > before.index);
  assert.match(await page.locator(".lead-line").innerText(), /zoe/);
  await leave(page);
});

test("a consumer is crashed and restarted by keyboard alone", async () => {
  const page = await visit(browser, site.url, "paused=1");
  await walk(page, /^group store$/, /^consumer c1/);
  await page.keyboard.press("Enter");
  for (const id of ["do-crash", "do-restart"]) {
    await page.locator(`#${id}`).waitFor();
    for (let i = 0; i < 80 && (await focused(page)) !== id; i += 1) await page.keyboard.press("Tab");
    assert.equal(await focused(page), id);
    await page.keyboard.press("Enter");
  }
  await page.locator("#do-crash").waitFor();
  assert.ok(Object.keys(await facts(page)).length > 0);
  await leave(page);
});

test("what happens is announced to those who do not see it", async () => {
  const page = await visit(browser, site.url, "paused=1");
  const live = page.locator("#announcement");
  assert.equal(await live.getAttribute("aria-live"), "polite");
  await page.keyboard.press("ArrowRight");
  const first = await live.innerText();
  assert.ok(first.length > 10);
  await page.keyboard.press("Shift+ArrowRight");
  assert.notEqual(await live.innerText(), first);
  await leave(page);
});
