// The Groups room: a group's states, its members, why each partition went where it went.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { leave, visit } from "./person.mjs";
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

const room = (page) => page.locator(".groups-room");

/** Waits until the group that is shown is in this state. */
async function until(page, state) {
  await page.waitForFunction(
    (name) => document.querySelector(".groups-room .node.now text")?.textContent === name,
    state,
    { timeout: 60_000 },
  );
}


test("the classic group: its state machine, its bands, its explanation", async () => {
  const page = await visit(browser, site.url, "room=groups");
  await until(page, "Stable");
  assert.match(await room(page).locator(".groups-title").innerText(), /store/);
  const owners = await room(page).locator(".cell small").allInnerTexts();
  assert.ok(owners.length > 0 && owners.every((owner) => owner !== "–"), owners.join());
  assert.match(await room(page).locator(".groups-why").innerText(), /÷/);
  assert.match(await room(page).locator(".groups-stored").innerText(), /hashCode|% 50|modulo|mod/i);
  assert.ok((await room(page).locator(".groups-stored tbody tr").count()) > 0);
  const violations = await axe(page);
  assert.deepEqual(violations, []);
  await leave(page);
});

test("a third consumer makes the classic group rebalance", async () => {
  const page = await visit(browser, site.url, "room=groups");
  await until(page, "Stable");
  const generation = async () => Number(await room(page).locator(".fact dd b").first().innerText());
  const before = await generation();
  await room(page).locator(".add-consumer button").first().click();
  await page.waitForFunction(
    (was) => Number(document.querySelector(".groups-room .fact dd b")?.textContent) > was
      && document.querySelector(".groups-room .node.now text")?.textContent === "Stable",
    before,
    { timeout: 90_000 },
  );
  assert.equal(await room(page).locator(".member").count(), 3);
  await leave(page);
});

test("a group of the new protocol assigns in the coordinator, and its partitions move one by one", async () => {
  const page = await visit(browser, site.url, "room=groups");
  await until(page, "Stable");
  await room(page).locator(".add-consumer select").selectOption("consumer · uniform");
  await room(page).locator(".add-consumer button").nth(1).click();
  await page.waitForFunction(
    () => /group epoch/.test(document.querySelector(".groups-room .group-facts")?.textContent ?? ""),
    undefined,
    { timeout: 60_000 },
  );
  await until(page, "Stable");
  await room(page).locator(".add-consumer select").selectOption("same");
  await room(page).locator(".add-consumer button").first().click();
  await page.waitForFunction(() => document.querySelectorAll(".groups-room .member").length === 2);
  await page.waitForFunction(
    () => [...document.querySelectorAll(".groups-room .member")].every((li) => /partitions: [1-9]/.test(li.textContent))
      && document.querySelector(".groups-room .node.now text")?.textContent === "Stable",
    undefined,
    { timeout: 90_000 },
  );
  assert.match(await room(page).locator(".groups-why .assignor").innerText(), /uniform/);
  await leave(page);
});
