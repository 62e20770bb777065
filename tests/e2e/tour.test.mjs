// The first lesson: five steps, by mouse in English, by keyboard in Korean; judged by the core.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { leave, notices, visit } from "./person.mjs";
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

const STEPS = {
  en: ["A record finds its partition", "A segment rolls", "The cleaner keeps the latest", "A commit is a record", "A consumer dies"],
  ko: ["레코드가 파티션을 찾아갑니다", "세그먼트가 넘어갑니다", "클리너는 최신 값만 남깁니다", "커밋도 레코드입니다", "컨슈머가 죽습니다"],
};
/** Of each step, an answer that is right, or wrong on purpose. */
const ANSWERS = {
  en: [/partition 0/, /the whole batch goes into a new one/, /one: the latest/, /the last record that it read/, /the committed offset/],
  ko: [/파티션 0/, /배치 전체가 새 파일로/, /하나, 가장 최근 것/, /마지막으로 읽은 레코드의 오프셋/, /커밋된 오프셋/],
};
const WAIT = { timeout: 60_000 };

/** What the lesson says in one step, once its goal is reached. */
async function outcome(page) {
  await page.locator("#go-on").waitFor(WAIT);
  return {
    verdict: await page.locator(".verdict").innerText(),
    goal: await page.locator(".goal .state").innerText(),
    right: await page.locator(".choice.right").innerText(),
  };
}

test("the tour is finished by mouse, in English", async () => {
  const page = await visit(browser, site.url);
  await page.locator("#speed").selectOption({ label: "5×" });
  await page.locator("#tour").click();
  for (const [at, title] of STEPS.en.entries()) {
    const lesson = page.locator(".lesson");
    await lesson.getByRole("heading", { name: title }).waitFor(WAIT);
    assert.equal(await page.locator(".lesson .dot.on").count(), at + 1);
    const choice = page.locator(".choice").filter({ hasText: ANSWERS.en[at] });
    await choice.waitFor(WAIT);
    // Asked before it plays.
    assert.equal(await page.locator(".verdict").count(), 0);
    assert.match(await page.locator("#play").getAttribute("aria-label"), /Play/);
    // Two sentences.
    const sentences = (await page.locator(".lesson-text").innerText()).match(/[.?!](\s|$)/g) ?? [];
    assert.ok(sentences.length >= 1 && sentences.length <= 3, title);
    await choice.click();
    const { verdict, goal } = await outcome(page);
    assert.match(verdict, at === 3 ? /^Not so/ : /^Right/, title);
    assert.equal(goal, "reached");
    await page.locator("#go-on").click();
  }
  await page.getByText("That was the tour: 4 of 5 predictions were right").waitFor(WAIT);
  await page.getByRole("button", { name: "Leave the tour" }).click();
  assert.equal(await page.locator(".lesson").count(), 0);
  assert.deepEqual(await notices(page), []);
  await leave(page);
});

/** Presses Tab until the focus is on what `selector` matches, as somebody without a mouse does. */
async function tabTo(page, selector, most = 80) {
  for (let i = 0; i < most; i += 1) {
    const there = await page.evaluate((selector) => document.activeElement?.matches(selector), selector);
    if (there) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${selector} is not reached by Tab`);
}

test("the tour is finished by keyboard, in Korean", async () => {
  const page = await visit(browser, site.url, "lang=ko");
  await tabTo(page, "#tour");
  await page.keyboard.press("Enter");
  for (const [at, title] of STEPS.ko.entries()) {
    await page.locator(".lesson").getByRole("heading", { name: title }).waitFor(WAIT);
    await page.locator(".choice").filter({ hasText: ANSWERS.ko[at] }).waitFor(WAIT);
    if (at === 0) await page.keyboard.type("++"); // five times as fast
    const nth = (await page.locator(".choice").allInnerTexts()).findIndex((text) => ANSWERS.ko[at].test(text));
    await tabTo(page, `.choice:nth-of-type(${nth + 1})`);
    await page.keyboard.press("Enter");
    const { verdict, goal } = await outcome(page);
    assert.match(verdict, at === 3 ? /^그렇지 않습니다/ : /^맞습니다/, title);
    assert.equal(goal, "달성");
    await tabTo(page, "#go-on");
    await page.keyboard.press("Enter");
  }
  await page.locator(".lesson-text").filter({ hasText: "둘러보기가 끝났습니다" }).waitFor(WAIT);
  assert.match(await page.locator(".lesson-text").innerText(), /5개 가운데 4개가 맞았습니다/);
  assert.deepEqual(await notices(page), []);
  await leave(page);
});

test("the tour begins from wherever the run stands, and leaving it leaves the world", async () => {
  const page = await visit(browser, site.url, "paused=1&seed=1");
  await page.locator("#tour").click();
  await page.locator(".choice").first().waitFor(WAIT);
  await page.locator(".lesson .head button").click();
  assert.equal(await page.locator(".lesson").count(), 0);
  const before = Number.parseFloat(await page.locator(".clock .now").innerText());
  await page.locator("#play").click();
  await page.waitForFunction((before) => Number.parseFloat(document.querySelector(".clock .now").textContent) > before, before);
  await leave(page);
});
