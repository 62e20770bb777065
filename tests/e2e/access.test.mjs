// Axe (WCAG 2.2 AA) finds nothing in any state of the page; a phone has room for it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { inspect, isPlaying, leave, openSend, rest, visit, world } from "./person.mjs";
import { axe, launch, screenshot, serve } from "./support.mjs";

let browser;
let site;

before(async () => {
  [browser, site] = await Promise.all([launch(), serve()]);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

const WORDS = {
  en: { topic: /^topic transactions$/, partition: /^partition 0,/, segment: /^segment/, record: /^record/, group: /^group store$/, consumer: /^consumer c1/, customers: /^topic customers$/ },
  ko: { topic: /^토픽 transactions$/, partition: /^파티션 0/, segment: /^세그먼트/, record: /레코드/, group: /그룹/, consumer: /c1/, customers: /^토픽 customers$/ },
};

/** States of the page, each reached as a person reaches it. */
const STATES = {
  opening: async () => {},
  "a record": (page, words) => inspect(page, words.topic, words.partition, words.segment, words.record),
  "a topic with all its settings": async (page, words) => {
    await inspect(page, words.topic);
    for (const details of await page.locator(".inspector details").all()) await details.locator("summary").first().click();
  },
  "a consumer": (page, words) => inspect(page, words.group, words.consumer),
  "a refusal": async (page, words) => {
    await inspect(page, words.topic);
    await page.locator(".settings > details").first().locator("summary").click();
    await page.locator('[id="set-segment.bytes"]').fill("1000");
    await page.locator('[id="set-segment.bytes"]').press("Enter");
    await page.locator(".notice").waitFor();
  },
  "the tour": async (page) => {
    await page.locator("#tour").click();
    await page.locator(".choice").first().waitFor();
  },
  "an answer of the tour": async (page) => {
    await page.locator("#tour").click();
    await page.locator(".choice").first().click();
    await page.locator("#go-on").waitFor();
  },
  "the form": (page) => openSend(page),
  help: async (page) => {
    await page.keyboard.press("?");
    await page.locator(".sheet.help").waitFor();
  },
  "the menu of worlds": (page) => page.locator(".menu summary").click(),
};

const LOOKS = [
  { lang: "en", colorScheme: "light", viewport: { width: 1280, height: 720 } },
  { lang: "ko", colorScheme: "dark", viewport: { width: 1280, height: 720 } },
  { lang: "ko", colorScheme: "light", viewport: { width: 390, height: 844 } },
];

for (const { lang, ...look } of LOOKS) {
  const size = look.viewport.width < 500 ? "phone" : "desk";
  test(`axe finds nothing, and nothing is wider than the page: ${lang}, ${look.colorScheme}, ${size}`, async () => {
    const page = await visit(browser, site.url, `lang=${lang}&paused=1`, { ...look, reducedMotion: "reduce" });
    const found = [];
    for (const [name, reach] of Object.entries(STATES)) {
      await reach(page, WORDS[lang]);
      await rest(page);
      found.push(...(await axe(page)).map((problem) => `${name}: ${problem}`));
      const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      if (wide > room) found.push(`${name}: ${wide} px wide on ${room}`);
      await screenshot(page, `${name.replaceAll(" ", "-")}-${lang}-${look.colorScheme}-${size}`);
      await close(page);
    }
    assert.deepEqual(found, []);
    await leave(page);
  });
}

/** Back to the opening, as a person gets there. */
async function close(page) {
  const leaveTour = page.locator(".lesson .head button");
  if (await leaveTour.count()) await leaveTour.click();
  await page.keyboard.press("Escape");
  for (const notice of await page.locator(".notice .icon").all()) await notice.click();
  await page.locator(".menu[open] summary").click({ timeout: 100 }).catch(() => {});
}

test("on a phone every control can be reached by a finger", async () => {
  const page = await visit(browser, site.url, "paused=1", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  for (const id of ["tour", "send", "lang", "theme", "play", "step-back", "step-forward", "speed", "timeline"]) {
    const control = page.locator(`#${id}`);
    await control.scrollIntoViewIfNeeded();
    const box = await control.boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 390, `${id} at ${box.x} to ${box.x + box.width}`);
    assert.ok(box.width >= 24 && box.height >= 24, `${id}: ${box.width} × ${box.height}`);
    const top = await page.evaluate(([x, y, id]) => document.getElementById(id).contains(document.elementFromPoint(x, y)), [box.x + box.width / 2, box.y + box.height / 2, id]);
    assert.ok(top, `${id} lies under something`);
  }
  const before = await world(page);
  await page.locator("#step-forward").tap();
  assert.ok((await world(page)).index > before.index);
  // What is on the stage can be tapped, and explains itself in a sheet that can be closed again.
  const canvas = await page.locator(".stage canvas").boundingBox();
  await page.locator(".stage canvas").tap({ position: { x: canvas.width / 2, y: 40 } });
  await page.locator(".inspector").waitFor();
  await page.locator("#close-inspector").tap();
  await page.locator(".inspector").waitFor({ state: "detached" });
  await page.locator("#play").tap();
  assert.ok(await isPlaying(page));
  await leave(page);
});

test("with the mouse, what is on the stage explains itself and lights up", async () => {
  const page = await visit(browser, site.url, "paused=1");
  const canvas = page.locator(".stage canvas");
  const box = await canvas.boundingBox();
  const titles = new Set();
  const click = async (x, y) => {
    await canvas.click({ position: { x, y } });
    const title = page.locator("#inspected");
    if (await title.count()) titles.add(await title.innerText());
  };
  // A coarse look at everything, and a fine one along the first partition: its files, its records, its cursors.
  for (let x = 40; x < box.width; x += box.width / 8) {
    for (let y = 30; y < box.height; y += 75) await click(x, y);
  }
  for (const y of [42, 60, 75, 107]) {
    for (let x = 270; x < box.width * 0.8; x += 22) await click(x, y);
  }
  const all = [...titles].join("\n");
  for (const wanted of [/a producer/, /Record at offset/, /^\d{20}\.log$/m, /^Partition/m, /^Group/m, /a consumer/, /^Where c1 reads/m]) assert.match(all, wanted);
  await leave(page);
});
