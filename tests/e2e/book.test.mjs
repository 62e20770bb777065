// The book's two programs: what they print here, as it is on a real broker.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { leave, playUntil, visit } from "./person.mjs";
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

const printed = (page) => page.locator(".console .line code").allInnerTexts();
/** Lets the world run until the program has printed so many lines that look like this. */
const untilPrinted = (page, wanted, count = 1) =>
  playUntil(
    page,
    ([pattern, count]) =>
      [...document.querySelectorAll(".console .line code")].filter(({ textContent }) => new RegExp(pattern).test(textContent)).length >= count,
    [wanted, count],
    { speed: "5×" },
  );

test("SimpleProducer fails as it is written, with Kafka's words, and one click runs the form that works", async () => {
  const page = await visit(browser, site.url, "scenario=simple-producer&room=clients&paused=1");
  await untilPrinted(page, "ClassCastException");
  const failed = await printed(page);
  assert.ok(
    failed.some((line) => line.includes("Class org.apache.kafka.clients.producer.internals.DefaultPartitioner could not be found.")),
    failed.join("\n"),
  );
  assert.ok(
    failed.some((line) => /SerializationException: Can't convert key of class .*PurchaseKey to class .*StringSerializer specified in key\.serializer/.test(line)),
    failed.join("\n"),
  );
  assert.deepEqual(await axe(page), []);
  await page.locator("#that-works").click();
  // Its callback prints an exception if there is any: there is none, and the future has its place.
  await playUntil(page, () => /partition 0, offset 0/.test(document.querySelector(".futures")?.textContent ?? ""), undefined, { speed: "5×" });
  assert.equal(await page.locator("#that-works").count(), 0, "it runs in the form that works");
  await leave(page);
});

test("ThreadedConsumerExample prints each record once, and its settings can be pasted over", async () => {
  const page = await visit(browser, site.url, "scenario=threaded-consumer&room=clients&paused=1");
  await untilPrinted(page, "^Consumed: ", 6);
  const lines = (await printed(page)).filter((line) => line.startsWith("Consumed: ")).sort();
  assert.deepEqual(lines, [
    "Consumed: key = alice value = a1 with offset = 0 partition = 0",
    "Consumed: key = alice value = a2 with offset = 2 partition = 0",
    "Consumed: key = bob value = b1 with offset = 1 partition = 0",
    "Consumed: key = carol value = c1 with offset = 0 partition = 2",
    "Consumed: key = dave value = d1 with offset = 0 partition = 1",
    "Consumed: key = eve value = e1 with offset = 1 partition = 2",
  ]);
  const properties = page.locator(".console-half textarea");
  assert.match(await properties.inputValue(), /auto\.commit\.interval\.ms=3000/);
  await properties.fill("group.id=simple-consumer-example\nauto.commit.interval.ms=soon\n");
  await page.locator(".console-half button", { hasText: "Apply" }).click();
  await page.locator(".notice", { hasText: "Invalid value soon for configuration auto.commit.interval.ms: Not a number of type INT" }).waitFor();
  await leave(page);
});
