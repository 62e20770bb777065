// What opens: a running world, of which the address decides which and how.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";

import { isPlaying, leave, notices, painted, picture, playUntil, rest, tree, visit, world } from "./person.mjs";
import { launch, open, serve } from "./support.mjs";

let browser;
let site;

before(async () => {
  [browser, site] = await Promise.all([launch(), serve()]);
});

after(async () => {
  await browser?.close();
  await site?.stop();
});

const frames = (page) => page.evaluate(() => window.brokerscope_painted);

test("opens on a running world within two seconds, without a click, and moves", async () => {
  // What else the machine does is not the page's: the best of three.
  const firsts = [];
  for (let i = 0; i < 3 && !(Math.min(...firsts) < 2000); i += 1) {
    const page = await visit(browser, site.url);
    firsts.push(await page.evaluate(() => performance.getEntriesByName("first-frame")[0].startTime));
    if (i === 0) {
      assert.ok(await isPlaying(page));
      const look = () => page.evaluate(() => document.querySelector(".stage canvas").toDataURL());
      const looks = new Set();
      for (let n = 0; n < 4; n += 1) {
        looks.add(await look());
        await page.waitForTimeout(250);
      }
      assert.ok(looks.size >= 3, "the picture moves");
      assert.ok((await page.locator(".lead-line").innerText()).length > 20, "a sentence says what happens");
    }
    await leave(page);
  }
  assert.ok(Math.min(...firsts) < 2000, `first frames after ${firsts} ms`);
});

test("a paused page paints no frame, and panels do not change", async () => {
  const page = await visit(browser, site.url);
  await page.locator("#play").click();
  await rest(page);
  const [before, html] = [await frames(page), await page.locator(".page").innerHTML()];
  await page.waitForTimeout(1500);
  assert.equal(await frames(page), before);
  assert.equal(await page.locator(".page").innerHTML(), html);
  await leave(page);
});

test("the same world stands in the tree, running or not, before anybody asks for it", async () => {
  for (const query of ["", "paused=1"]) {
    const page = await visit(browser, site.url, query);
    await page.locator("#tree [role=treeitem]").nth(6).waitFor({ state: "attached" });
    const texts = (await tree(page)).map(({ text }) => text).join("\n");
    for (const wanted of [/producer till-1/, /producer crm/, /topic transactions/, /topic customers/, /group store/, /__consumer_offsets/]) {
      assert.match(texts, wanted);
    }
    await leave(page);
  }
});

test("reduced motion: nothing plays by itself, and a step shows its end at once", async () => {
  const page = await visit(browser, site.url, "", { reducedMotion: "reduce" });
  assert.ok(!(await isPlaying(page)));
  const before = await picture(page);
  const count = await frames(page);
  await page.waitForTimeout(1000);
  assert.equal(await frames(page), count);
  await page.locator("#step-forward").click();
  // Whatever is painted within the next second is one and the same picture.
  const looks = await page.evaluate(async () => {
    const seen = new Set();
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    for (const end = performance.now() + 900; performance.now() < end; ) {
      await new Promise(requestAnimationFrame);
      seen.add(document.querySelector(".stage canvas").toDataURL());
    }
    return seen.size;
  });
  assert.equal(looks, 1, "pictures after a step");
  // Not every step shows; some do.
  for (let i = 0; i < 5; i += 1) await page.locator("#step-forward").click();
  assert.ok((await picture(page)) !== before);
  // CSS neither.
  const moving = await page.evaluate(() => document.getAnimations().length);
  assert.equal(moving, 0);
  await leave(page);
});

test("the digest of a seed is the native one", { skip: false }, async () => {
  const built = ["release", "debug"].map((profile) => fileURLToPath(new URL(`../../target/${profile}/brokerscope`, import.meta.url)));
  const native = process.env.BROKERSCOPE_NATIVE ?? built.find((file) => existsSync(file));
  for (const [scenario, seed, ms] of [["store", 1, 620], ["store", 1, 2000], ["store", 7, 1500], ["random", 7, 3000]]) {
    const page = await visit(browser, site.url, `scenario=${scenario}&seed=${seed}&paused=1`);
    // Speed 10×; then the timeline goes to the very millisecond.
    const reached = (seconds) => Number.parseFloat(document.querySelector(".clock .now").textContent) >= seconds;
    await playUntil(page, reached, ms / 1000, { speed: "100×" });
    await page.locator("#timeline").fill(`${ms}`);
    const { digest } = await world(page);
    assert.match(digest, /^[0-9a-f]{16}$/);
    // Where the native tool was built, it says the same; tests/digest.rs holds both to the same figures.
    if (native) {
      const said = execFileSync(native, ["run", scenario, "--seed", seed, "--until-ms", ms].map(String), { encoding: "utf8", maxBuffer: 1 << 28 });
      assert.equal(digest, said.match(/^digest ([0-9a-f]{16})$/m)[1], `${scenario} ${seed} at ${ms} ms`);
    }
    await leave(page);
  }
});

test("?embed shows the stage and the controls of time, without the frame around", async () => {
  const page = await visit(browser, site.url, "embed&paused=1");
  assert.ok(await page.locator(".stage canvas").isVisible());
  assert.ok(await page.locator("#play").isVisible());
  for (const gone of [".top", ".side", "#send"]) assert.equal(await page.locator(gone).count(), 0, gone);
  await leave(page);
});

test("?check=1 looks at every step and finds nothing", async () => {
  const page = await visit(browser, site.url, "check=1");
  await playUntil(page, () => Number.parseFloat(document.querySelector(".clock .now").textContent) > 1.5, null, { speed: "5×" });
  assert.deepEqual(await page.locator(".notice").allInnerTexts(), []);
  await leave(page);
});

test("?scenario=random&seed=7 opens that world, and a menu opens the next and the store", async () => {
  const page = await visit(browser, site.url, "scenario=random&seed=7&check=1");
  assert.match(await page.locator(".menu summary").innerText(), /random world 7/);
  await playUntil(page, () => Number.parseFloat(document.querySelector(".clock .now").textContent) > 1, null, { speed: "10×" });
  const seventh = await world(page);
  assert.ok(seventh.index > 0);
  await page.locator(".menu summary").click();
  await page.getByRole("button", { name: "A random world 8" }).click();
  assert.match(await page.locator(".menu summary").innerText(), /random world 8/);
  await page.locator(".menu summary").click();
  await page.getByRole("button", { name: "The store" }).click();
  assert.match(await page.locator(".menu summary").innerText(), /The store/);
  if (await isPlaying(page)) await page.locator("#play").click();
  await rest(page);
  assert.deepEqual(await notices(page), []);
  await leave(page);
});

test("a scenario file opens; a broken one is refused with line and column, and changes nothing", async () => {
  const page = await visit(browser, site.url, "paused=1");
  const before = await world(page);
  const choose = async (text) => {
    await page.locator(".menu summary").click();
    await page.locator(".menu input[type=file]").setInputFiles({ name: "mine.json", mimeType: "application/json", buffer: Buffer.from(text) });
  };
  await choose('{\n  "name": "mine",\n  "colour": "red"\n}');
  await page.locator(".notice").waitFor();
  assert.match((await notices(page))[0], /unknown field `colour`.*line 3 column \d+/);
  assert.deepEqual(await world(page), before);
  await page.locator(".notice .icon").click();
  await choose(JSON.stringify({
    name: "mine", profile: "4.x", start_ms: 1735689600000, model_ms_per_wall_s: 50,
    brokers: [{ id: 1, settings: {} }],
    topics: [{ name: "mine-only", partitions: 2, replication_factor: 1 }],
    producers: [{ name: "p", settings: { "enable.idempotence": "false" } }],
    consumers: [],
  }));
  await page.waitForFunction(() => document.querySelector(".menu summary").textContent.includes("mine") || document.querySelector(".notice"));
  assert.deepEqual(await notices(page), []);
  await leave(page);
});

for (const [query, hash, wanted] of [
  ["at=1e99", "", /at=1e99/],
  ["seed=x&at=-1&lang=xx&theme=pink", "", /seed=x[^]*at=-1[^]*|lang=xx[^]*theme=pink/],
  ["scenario=../../etc/passwd", "", /scenario=/],
  ["bench=999999999", "", /bench=/],
  ["", "do=!!!", /damaged/],
  ["", `do=${Buffer.from('[{"after":0,"ms":0,"action":{"explode":1}}]').toString("base64url")}`, /damaged/],
  ["", `do=${Buffer.from('[{"after":9,"ms":0,"action":{"crash":{"node":"c1"}}},{"after":1,"ms":0,"action":{"crash":{"node":"c1"}}}]').toString("base64url")}`, /not in order/],
  ["seed=%3Cimg%20src=x%20onerror=alert(1)%3E", "", /<img src=x onerror=alert\(1\)>/],
]) {
  test(`a hostile link says so and runs: ?${query}#${hash.slice(0, 20)}`, async () => {
    const page = await visit(browser, site.url, query, { hash });
    await page.locator(".notice").first().waitFor();
    assert.match((await notices(page)).join("\n"), wanted);
    const before = await frames(page);
    await page.waitForFunction((before) => window.brokerscope_painted > before + 5, before);
    assert.ok(await isPlaying(page));
    await leave(page);
  });
}

for (const [name, query, hash] of [
  // Within what is allowed, however far: it may take a moment, but it opens.
  ["a far event index", "at=200000&paused", ""],
  ["an action with a time far ahead", "paused", `do=${Buffer.from('[{"after":5,"ms":9007199254740991,"action":{"crash":{"node":"c1"}}}]').toString("base64url")}`],
  ["an action with a time before the start", "paused", `do=${Buffer.from('[{"after":5,"ms":0,"action":{"crash":{"node":"c1"}}}]').toString("base64url")}`],
  ["somebody else's parameters", "utm_source=x&&&=&%%%", ""],
  ["somebody else's fragment", "", "section-2"],
]) {
  test(`a link with ${name} opens`, async () => {
    const page = await open(browser, site.url, { path: `?${query}${hash ? `#${hash}` : ""}`, serviceWorkers: "block" });
    await painted(page);
    assert.equal(await page.locator("#play").count(), 1);
    // All of these are links that can be used: nothing is said to be damaged.
    assert.doesNotMatch((await notices(page)).join("\n"), /damaged/);
    await leave(page);
  });
}

test("the language is the address's, the browser's, and a switch; it is remembered", async () => {
  const page = await visit(browser, site.url, "paused=1", { locale: "ko-KR" });
  const html = () => page.locator("html").getAttribute("lang");
  assert.equal(await html(), "ko");
  assert.equal(await page.locator("#tour").innerText(), "둘러보기");
  await page.locator("#lang").click();
  await page.locator("#tour").filter({ hasText: "Tour" }).waitFor();
  assert.equal(await html(), "en");
  await page.reload();
  await painted(page);
  assert.equal(await html(), "en");
  await page.goto(`${site.url}?lang=ko&paused=1`);
  await painted(page);
  assert.equal(await html(), "ko");
  // Nothing English is left: Latin letters stand only in names, Kafka's terms and numbers.
  assert.match(await page.locator(".lead-line").innerText(), /[가-힣]/);
  assert.match(await page.locator(".told").innerText(), /[가-힣]/);
  assert.match(await page.title(), /Brokerscope/);
  await page.keyboard.press("l");
  assert.equal(await html(), "en");
  await leave(page);
});

test("the theme is the system's, the address's, and a switch; canvas and page follow", async () => {
  const page = await visit(browser, site.url, "paused=1", { colorScheme: "light" });
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [light, lightPicture] = [await paper(), await picture(page)];
  await page.locator("#theme").click();
  const [dark, darkPicture] = [await paper(), await picture(page)];
  assert.notEqual(dark, light);
  assert.ok(darkPicture !== lightPicture, "the canvas has other colours");
  await page.reload();
  await painted(page);
  assert.equal(await paper(), dark);
  await page.locator("#theme").click();
  assert.equal(await paper(), light);
  assert.ok((await picture(page)) === lightPicture, "the canvas is as it was");
  await page.goto(`${site.url}?theme=dark&paused=1`);
  await painted(page);
  assert.equal(await paper(), dark);
  await leave(page);
  // Nobody chose: the system's, and as it changes.
  const other = await visit(browser, site.url, "paused=1", { colorScheme: "dark" });
  const colour = () => other.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(await colour(), dark);
  const before = await picture(other);
  await other.emulateMedia({ colorScheme: "light" });
  await other.waitForTimeout(200);
  assert.equal(await colour(), light);
  assert.ok((await picture(other)) !== before, "the canvas follows the system");
  await leave(other);
});
