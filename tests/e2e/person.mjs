// What a person does on the page, as tests do it: by mouse, or by keyboard alone, and reading only what
// the page says.

import assert from "node:assert/strict";

import { open, started } from "./support.mjs";

/** Opens the page and waits for its first picture. `query` without `?`. */
export async function visit(browser, url, query = "", options = {}) {
  const hash = options.hash ? `#${options.hash}` : "";
  const page = await open(browser, url, { path: `?${query}${hash}`, serviceWorkers: "block", ...options });
  await painted(page);
  return page;
}

/** The wasm runs and has painted: the stage, or a room without one. */
export async function painted(page) {
  await started(page);
  await page.waitForFunction(
    () => document.querySelector(".room") || (window.brokerscope_painted > 0 && document.querySelector("#play")),
  );
}

/** Nothing that a page should not do was done; closes it. */
export async function leave(page) {
  assert.deepEqual(page.faults, []);
  await page.context().close();
}

/** Resolves once no frame was painted for a while. */
export async function rest(page) {
  await page.waitForFunction(
    () => {
      const { brokerscope_painted: now, brokerscope_at_rest: atRest, seen, since } = window;
      if (now !== seen) Object.assign(window, { seen: now, since: performance.now() });
      return atRest && now === seen && performance.now() - since > 100;
    },
    null,
    { polling: 30, timeout: 20_000 },
  );
}

/** Digest and event index of the world where it stands; the page must be paused. */
export async function world(page) {
  await rest(page);
  return page.evaluate(() => ({ digest: window.brokerscope_digest, index: window.brokerscope_event_index }));
}

/** The canvas as it is. */
export async function picture(page) {
  await rest(page);
  return page.evaluate(() => document.querySelector(".stage canvas").toDataURL());
}

/** Whether the clock runs, as the button says. */
export async function isPlaying(page) {
  return /Pause|일시정지/.test(await page.locator("#play").getAttribute("aria-label"));
}

/** Plays until `holds` is true of what the page says. */
export async function playUntil(page, holds, argument, { speed, timeout = 30_000 } = {}) {
  if (speed) await page.locator("#speed").selectOption({ label: speed });
  if (!(await isPlaying(page))) await page.locator("#play").click();
  await page.waitForFunction(holds, argument, { timeout, polling: 50 });
  if (await isPlaying(page)) await page.locator("#play").click();
  await rest(page);
}

/** What is on the stage, as the tree says: level and words of each thing that is shown. */
export function tree(page) {
  return page.locator("#tree [role=treeitem]").evaluateAll((items) =>
    items.map((item) => ({ level: Number(item.getAttribute("aria-level")), text: item.textContent })),
  );
}

/** Presses a key on the stage; the thing that then has the ring. */
async function press(page, key) {
  await page.keyboard.press(key);
  return page.evaluate(async () => {
    for (let i = 0; i < 2; i += 1) await new Promise(requestAnimationFrame);
    const item = document.querySelector("#tree [aria-selected=true]");
    return { id: item?.id, level: Number(item?.getAttribute("aria-level")), text: item?.textContent };
  });
}

/** Goes on from `at` along `path`; answers what was found, or where the ring ended instead. */
async function seek(page, at, [wanted, ...rest]) {
  for (;;) {
    let next;
    if (wanted.test(at.text)) {
      if (rest.length === 0) return { found: at };
      const inside = await press(page, "ArrowRight");
      if (inside.level > at.level) {
        const sought = await seek(page, inside, rest);
        if (sought.found) return sought;
        // It is still inside, or has gone on to what follows.
        if (sought.at.level > at.level) await press(page, "ArrowLeft");
        else next = sought.at;
      }
    }
    next ??= await press(page, "ArrowDown");
    if (next.id === at.id || next.level < at.level) return { at: next };
    at = next;
  }
}

/**
 * Puts the keyboard's ring on a thing by arrow keys alone: `path` names one thing for each level, each a
 * regular expression. Answers its words; undefined if it is not there.
 */
export async function walk(page, ...path) {
  await page.locator("#tree").focus();
  await page.locator("#tree [aria-selected=true]").waitFor({ state: "attached" });
  const { found } = await seek(page, await press(page, "Home"), path);
  return found?.text;
}

/** Every record of a partition that is on the stage: `{offset, key, tombstone}`. */
export async function records(page, topic, partition) {
  const path = [new RegExp(`^topic ${topic}$`), new RegExp(`^partition ${partition},`)];
  const all = new Map();
  const seen = new Set();
  for (;;) {
    // A segment that was not seen yet; the tree shows what is in the one that the ring is in.
    const segment = await walk(page, ...path, { test: (text) => /^segment/.test(text) && !seen.has(text) });
    if (!segment) return [...all.values()].sort((a, b) => a.offset - b.offset);
    seen.add(segment);
    await press(page, "ArrowRight");
    for (const { text } of await tree(page)) {
      const [, what, offset, key] = text.match(/^(record|tombstone) (\d+), key ([^,]+)/) ?? [];
      if (what) all.set(offset, { offset: Number(offset), key, tombstone: what === "tombstone" });
    }
  }
}

/** Walks to a thing and opens the inspector on it. */
export async function inspect(page, ...path) {
  const found = await walk(page, ...path);
  assert.ok(found, `on the stage: ${path.join(" › ")}`);
  await page.keyboard.press("Enter");
  await page.locator(".inspector").waitFor();
  return found;
}

/** What the inspector says, label by label. */
export function facts(page) {
  return page.locator(".inspector .fact").evaluateAll((rows) =>
    Object.fromEntries(
      rows.map((row) => [row.querySelector("dt").textContent, row.querySelector("dd").textContent]),
    ),
  );
}

/** Sets a setting of whatever the inspector shows, as a person does. */
export async function setSetting(page, name, value) {
  const details = page.locator(".inspector .settings > details").first();
  const field = page.locator(`[id="set-${name}"]`);
  if (!(await field.isVisible())) await details.locator("summary").click();
  await field.fill(value);
  await field.press("Enter");
}

/** Opens the form that sends records. */
export async function openSend(page) {
  await page.locator("#send").click();
  await page.locator(".sheet.send").waitFor();
}

/** What is listed as having happened, newest first. */
export async function told(page) {
  const close = page.locator("#close-inspector");
  if (await close.isVisible()) await close.click();
  await page.locator(".told li").first().waitFor();
  return page.locator(".told li").allInnerTexts();
}

/**
 * Plays and gathers every sentence of the list of what happened, until one is like `wanted`; answers all,
 * in the order in which they were said.
 */
export async function listen(page, wanted, { speed = "5×", timeout = 30_000 } = {}) {
  await told(page);
  await page.evaluate(() => {
    window.heard = new Map();
    const listen = () => {
      for (const item of [...document.querySelectorAll(".told li")].reverse()) {
        const text = item.innerText.replaceAll(/\s+/g, " ");
        if (!window.heard.has(text)) window.heard.set(text, true);
      }
    };
    listen();
    window.listener?.disconnect();
    window.listener = new MutationObserver(listen);
    window.listener.observe(document.querySelector(".told"), { childList: true, subtree: true, characterData: true });
  });
  const heard = () => page.evaluate(() => [...window.heard.keys()]);
  try {
    await playUntil(
      page,
      ({ source, flags }) => [...window.heard.keys()].some((text) => new RegExp(source, flags).test(text)),
      { source: wanted.source, flags: wanted.flags },
      { speed, timeout },
    );
  } catch (error) {
    if (error.name !== "TimeoutError") throw error;
    assert.fail(`never said: ${wanted}\n${(await heard()).slice(-40).join("\n")}`);
  }
  return heard();
}

/** Steps forward until the sentence that leads is like `wanted`; answers all that led on the way. */
export async function stepUntil(page, wanted, { most = 300 } = {}) {
  const led = [];
  for (let i = 0; i < most; i += 1) {
    await page.locator("#step-forward").click();
    led.push(await page.locator(".lead").innerText());
    if (wanted.test(led.at(-1))) return led;
  }
  assert.fail(`never led: ${wanted}\n${led.slice(-40).join("\n")}`);
}

/** What the clock shows, in seconds. */
export async function clock(page) {
  return Number.parseFloat(await page.locator(".clock .now").innerText());
}

/** Plays at `speed` for so many seconds of the clock. */
export async function playFor(page, seconds, speed = "5×") {
  const reached = (until) => Number.parseFloat(document.querySelector(".clock .now").textContent) >= until;
  await playUntil(page, reached, (await clock(page)) + seconds, { speed });
}

/** What the page says to the person in its notices. */
export function notices(page) {
  return page.locator(".notice > p").allInnerTexts();
}

/** Java's `Utils.murmur2`, which decides where a keyed record goes; written for this test alone. */
export function murmur2(bytes) {
  const m = 0x5bd1e995;
  let h = 0x9747b28c ^ bytes.length;
  const words = bytes.length >> 2;
  for (let i = 0; i < words; i += 1) {
    let k = bytes[i * 4] | (bytes[i * 4 + 1] << 8) | (bytes[i * 4 + 2] << 16) | (bytes[i * 4 + 3] << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    k = Math.imul(k, m);
    h = Math.imul(h, m) ^ k;
  }
  const rest = bytes.length & 3;
  if (rest === 3) h ^= bytes[words * 4 + 2] << 16;
  if (rest >= 2) h ^= bytes[words * 4 + 1] << 8;
  if (rest >= 1) h = Math.imul(h ^ bytes[words * 4], m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return (h ^ (h >>> 15)) | 0;
}

/** The partition of a key, as Kafka's producer finds it. */
export function partitionOf(key, count) {
  return (murmur2(Buffer.from(key, "utf8")) & 0x7fffffff) % count;
}
