// Runs the suites that are named, or all of them, in order, and says at the end what passed.
//
// A suite passes if its commands succeed and if it ran at least one check: the number is read from
// what its tools print, so a suite that was skipped or found nothing to run is a failure.

import { spawn, spawnSync } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const LOGS = "target/suites";
const WEB = "wasm32-unknown-unknown";
const CHROMEDRIVER = spawnSync("sh", ["-c", "command -v chromedriver"], { encoding: "utf8" }).stdout.trim();

// The tests that are shared between native code and wasm find themselves.
const shared = readdirSync("tests")
  .filter((name) => name.endsWith(".rs") && readFileSync(join("tests", name), "utf8").includes("wasm_bindgen_test"))
  .flatMap((name) => ["--test", name.slice(0, -".rs".length)]);

const sum = (text, pattern) => [...text.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
const one = () => 1;
// cargo test and wasm-bindgen's runner close a file of tests with the same line.
const rust = (text) => sum(text, /^test result: ok\. (\d+) passed/gm);
const gates = (text) => sum(text, /^gates: (\d+) passed, \d+ failed$/gm);
// What a runner says of tests that did not run.
const skipped = (text) =>
  sum(text, /^test result: .* (\d+) ignored/gm) + sum(text, /^# (?:skipped|todo) (\d+)$/gm) +
  (/only configured to run in (?:a )?(?:browser|node)/i.test(text) ? 1 : 0);

const wasmPack = (mode, ...tests) => ["wasm-pack", "test", ...mode, "--mode", "no-install", "--", "--locked", ...tests];

/** In the order in which `make test` runs them: what fails quickly first. */
const SUITES = {
  fmt: { says: "formatted as rustfmt does", commands: [["cargo", "fmt", "--check"]], count: one },
  clippy: {
    says: "no warnings, native",
    commands: [["cargo", "clippy", "--locked", "--all-targets", "--", "-D", "warnings"]],
    count: one,
  },
  "clippy-wasm": {
    says: "no warnings, wasm32",
    // The library's own tests are native: proptest does not build for wasm32.
    commands: [["cargo", "clippy", "--locked", "--lib", "--bins", ...shared, "--target", WEB, "--", "-D", "warnings"]],
    count: one,
  },
  native: { says: "tests, native", commands: [["cargo", "test", "--locked", "--no-fail-fast"]], count: rust },
  node: { says: "tests in Node", commands: [wasmPack(["--node"], ...shared)], count: rust },
  browser: {
    says: "tests in headless Chromium",
    commands: [wasmPack(["--headless", "--chrome", "--chromedriver", CHROMEDRIVER || "chromedriver"], "--bin", "brokerscope", ...shared)],
    env: { WASM_BINDGEN_USE_BROWSER: "1", WASM_BINDGEN_TEST_TIMEOUT: "300" },
    count: rust,
    // Each file of tests closes with a line of its own.
    results: 1 + shared.length / 2,
  },
  worlds: {
    says: "random worlds without a broken invariant",
    commands: [["cargo", "run", "--locked", "--release", "--quiet", "--", "check", "--worlds", "2000", "--seed", "1"]],
    count: (text) => sum(text, /^(\d+) worlds, 0 broken$/gm),
    least: 2000,
  },
  "fuzz-short": {
    says: "inputs of any bytes without a crash",
    commands: [["node", "fuzz/run.mjs", "15"]],
    count: (text) => sum(text, /^fuzz: \d+ passed, 0 failed, (\d+) inputs$/gm),
    least: 10_000,
  },
  verify: {
    says: "cases answered as Apache Kafka answers them",
    commands: [["cargo", "build", "--locked", "--release", "--quiet"],
      ["python3", "tests/verify/verify.py", "--count", "2500", "--shrink", "5"],
      ["python3", "tests/verify/verify.py", "--count", "3000", "--seed", "2", "--kind", "clients"]],
    count: (text) => sum(text, /^\d+ cases, (\d+) agree$/gm),
    least: 5400,
  },
  live: {
    says: "comparisons with a real broker: its files, the book's programs",
    commands: [["cargo", "build", "--locked", "--release", "--quiet"], ["python3", "tests/verify/live.py", "--short"]],
    count: (text) => sum(text, /^live: (\d+) passed, 0 failed$/gm),
    least: 40,
  },
  site: { says: "release site and its size gates", commands: [["make", "--no-print-directory", "dist"], ["node", ".ci/size.mjs"]], count: gates },
  e2e: {
    says: "tests of the site in Chromium",
    // A file at a time: two cores have enough to do with one browser.
    commands: [["node", "--test", "--test-reporter=tap", "--test-concurrency=1", ...files("tests/e2e", ".test.mjs")]],
    count: (text) => sum(text, /^# pass (\d+)$/gm),
  },
  bench: { says: "gates of the benchmarks", commands: [["node", "tests/bench/run.mjs"], ["node", "tests/e2e/bench.mjs"]], count: gates, independent: true },
};

function files(folder, ending) {
  return readdirSync(folder).filter((name) => name.endsWith(ending)).sort().map((name) => join(folder, name));
}

/** Runs a command, shows what it prints and keeps it in `log`; resolves to its code and its text. */
function run([command, ...args], env, log) {
  return new Promise((resolve) => {
    const chunks = [];
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    for (const [from, to] of [[child.stdout, process.stdout], [child.stderr, process.stderr]]) {
      from.on("data", (chunk) => {
        chunks.push(chunk);
        log.write(chunk);
        to.write(chunk);
      });
    }
    child.on("error", (error) => resolve({ code: 127, text: `${command}: ${error.message}` }));
    child.on("close", (code) => resolve({ code, text: Buffer.concat(chunks).toString() }));
  });
}

/** Runs one suite; resolves to how many of its checks passed and what is wrong, if anything is. */
async function runSuite(name, suite) {
  const log = createWriteStream(join(LOGS, `${name}.log`));
  let text = "";
  const broken = [];
  for (const command of suite.commands) {
    console.log(`\n━━ ${name}: ${command.join(" ")}`);
    const done = await run(command, suite.env, log);
    text += `${done.text}\n`;
    if (done.code === 0) continue;
    broken.push(`\`${command.join(" ")}\` ended with ${done.code}`);
    // Later commands may need what this one should have made.
    if (!suite.independent) break;
  }
  log.end();
  text = text.replaceAll(/\x1b\[[0-9;]*m/g, "");
  // Where the only check is that the command succeeds, it did not.
  const passed = broken.length > 0 && suite.count === one ? 0 : suite.count(text);
  if (broken.length > 0) return { passed, wrong: broken.join("; ") };
  const results = text.match(/^test result: /gm)?.length ?? 0;
  if (passed < (suite.least ?? 1)) return { passed, wrong: `ran ${passed} checks, not ${suite.least ?? "one"}` };
  if (suite.results && results < suite.results) return { passed, wrong: `${results} files of tests ran, not ${suite.results}` };
  if (skipped(text) > 0) return { passed, wrong: "something was skipped" };
  return { passed };
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  console.error(`no suite ${unknown.join(", ")}; there are: ${Object.keys(SUITES).join(" ")}`);
  process.exit(2);
}
mkdirSync(LOGS, { recursive: true });

const rows = [];
for (const name of asked.length > 0 ? asked : Object.keys(SUITES)) {
  const started = performance.now();
  const result = await runSuite(name, SUITES[name]);
  rows.push({ name, ...result, seconds: Math.round((performance.now() - started) / 1000) });
}

const failed = rows.filter((row) => row.wrong !== undefined);
const passed = rows.reduce((total, row) => total + row.passed, 0);
console.log("\n━━ what passed");
for (const { name, passed, wrong, seconds } of rows) {
  const what = wrong === undefined ? `${SUITES[name].says}` : `FAILED: ${wrong}; ${LOGS}/${name}.log`;
  console.log(`${wrong === undefined ? "✓" : "✗"} ${name.padEnd(12)} ${String(passed).padStart(5)}  ${String(seconds).padStart(5)} s  ${what}`);
}
if (asked.length > 0) console.log(`only: ${asked.join(" ")}`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;
