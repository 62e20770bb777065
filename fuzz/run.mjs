// Builds the fuzz targets and runs each for some seconds: node fuzz/run.mjs [seconds] [target …].
//
// Stable Rust: LLVM's coverage pass is asked for by name, without a sanitizer; the library is safe code, so
// what is looked for is panics, failed assertions, endless loops and large allocations. What is found stays in
// target/fuzz/found. Each run starts from the recorded files and batches, and from what earlier runs found new.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [seconds = "600", ...named] = process.argv.slice(2);
const targets = named.length > 0 ? named : ["batches", "import", "index"];
const dir = "target/fuzz";

const host = /^host: (.+)$/m.exec(spawnSync("rustc", ["-vV"], { encoding: "utf8" }).stdout)[1];
const llvm = ["level=4", "inline-8bit-counters", "pc-table", "trace-compares"];
const flags = [
  "-Cpasses=sancov-module",
  ...llvm.map((arg) => `-Cllvm-args=-sanitizer-coverage-${arg}`),
  "-Ccodegen-units=1",
].join(" ");
const build = ["build", "--release", "--manifest-path", "fuzz/Cargo.toml", "--target-dir", dir, "--target", host];
// A target of its own keeps the flags away from build scripts.
const built = spawnSync("cargo", build, { stdio: "inherit", env: { ...process.env, RUSTFLAGS: flags } });
if (built.status !== 0) process.exit(1);

function seeds() {
  const found = [];
  for (const name of readdirSync("tests/files")) {
    const path = join("tests/files", name);
    if (statSync(path).isDirectory()) {
      for (const file of readdirSync(path)) found.push(readFileSync(join(path, file)));
    } else if (name.endsWith(".zip")) found.push(readFileSync(path));
  }
  for (const line of readFileSync("tests/vectors/batches.jsonl", "utf8").trim().split("\n")) {
    const vector = JSON.parse(line);
    const hex = vector.case.hex ?? vector.answer.hex;
    if (!hex) continue;
    const bytes = Buffer.from(hex, "hex");
    found.push(bytes);
    // The records section alone, behind codec and count: see targets/batches.rs.
    if (bytes.length > 61) found.push(Buffer.concat([Buffer.from([bytes[22] & 7, bytes[60]]), bytes.subarray(61)]));
  }
  return found.filter((bytes) => bytes.length < 65536);
}

let failed = 0;
let runs = 0;
for (const target of targets) {
  const [corpus, start, out] = ["corpus", "seeds", "found"].map((name) => join(dir, name, target));
  for (const made of [corpus, start, out]) mkdirSync(made, { recursive: true });
  seeds().forEach((bytes, n) => writeFileSync(join(start, `${n}`), bytes));
  const limits = ["-rss_limit_mb=1024", "-malloc_limit_mb=512", "-timeout=10", "-max_len=65536"];
  const args = [`-max_total_time=${seconds}`, ...limits, "-print_final_stats=1", "-verbosity=0", `-artifact_prefix=${out}/`];
  const run = spawnSync(join(dir, host, "release", target), [...args, corpus, start], { encoding: "utf8" });
  const count = Number(/number_of_executed_units: (\d+)/.exec(run.stderr)?.[1] ?? 0);
  runs += count;
  console.log(`${target}: ${count} inputs in ${seconds} s`);
  if (run.status !== 0 || count === 0) {
    failed += 1;
    console.log(run.stderr.split("\n").slice(-40).join("\n"));
  }
}
console.log(`fuzz: ${targets.length - failed} passed, ${failed} failed, ${runs} inputs`);
process.exit(failed > 0 ? 1 : 0);
