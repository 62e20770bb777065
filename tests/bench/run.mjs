// Times the core natively and in wasm, side by side: a sample of one, a sample of the other, again and
// again, so that what else the machine does falls on both. The wasm is built as the page's is.
//
// Shown are the fastest sample of each and the median; gates are ratios within this run.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

import { Report, median, quantile, short, wasmOptFlags } from "./report.mjs";

const WEB = "wasm32-unknown-unknown";
const FOLDER = "target/bench/wasm";
const SAMPLES = Number(process.env.BENCH_SAMPLES ?? 9);
const SAMPLE_MS = Number(process.env.BENCH_SAMPLE_MS ?? 60);

/** Builds the benchmark and returns the file that Cargo made. */
function build(...args) {
  const out = execFileSync("cargo", ["build", "--locked", "--bench", "core", "--message-format=json-render-diagnostics", ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 28,
  });
  const made = out.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const bench = made.find((message) => message.reason === "compiler-artifact" && message.target.kind.includes("bench"));
  return bench.filenames.find((file) => file.endsWith(".wasm")) ?? bench.executable;
}

/** The native program: a line in, a line out. */
function native(executable) {
  const child = spawn(executable, [], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(name, iterations) {
      child.stdin.write(`${name} ${iterations}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`the native benchmark died at ${name}`);
      const [nanoseconds, ...result] = value.split(" ");
      return { nanoseconds: Number(nanoseconds), result: result.join(" ") };
    },
    stop: () => child.stdin.end(),
  };
}

/** The same in wasm, in this process. */
function wasm(file) {
  execFileSync("wasm-bindgen", ["--target", "nodejs", "--out-dir", FOLDER, "--out-name", "core", file]);
  execFileSync("wasm-opt", [...wasmOptFlags(), "-o", `${FOLDER}/core_bg.wasm`, `${FOLDER}/core_bg.wasm`]);
  const core = createRequire(import.meta.url)(resolve(FOLDER, "core.js"));
  return {
    sizes: () => [...core.sizes()],
    run(name, iterations) {
      const started = process.hrtime.bigint();
      const result = core.run(name, iterations);
      const nanoseconds = Number(process.hrtime.bigint() - started);
      return { nanoseconds, result: result === undefined ? "unknown" : String(result) };
    },
  };
}

const report = new Report("core");
const desk = native(build("--release"));
const web = wasm(build("--profile", "web", "--target", WEB));

/** Nanoseconds an iteration on both sides; refuses if they computed different things. */
async function measure(name) {
  const sides = { native: desk, wasm: web };
  const times = { native: [], wasm: [] };
  // Until a sample is long enough; this also warms both up.
  let iterations = 1;
  for (;;) {
    const probe = [await desk.run(name, iterations), web.run(name, iterations)];
    if (probe[0].result === "unknown" && probe[1].result === "unknown") return undefined;
    const fastest = Math.min(...probe.map((one) => one.nanoseconds)) / 1e6;
    if (fastest >= SAMPLE_MS / 2) break;
    iterations = Math.ceil(iterations * Math.min(10, (0.8 * SAMPLE_MS) / Math.max(fastest, 0.001) + 1));
  }
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const results = [];
    for (const [side, program] of Object.entries(sides)) {
      const { nanoseconds, result } = await program.run(name, iterations);
      times[side].push(nanoseconds / iterations);
      results.push(result);
    }
    if (results[0] !== results[1]) throw new Error(`${name}: native computed ${results[0]}, wasm ${results[1]}`);
  }
  const of = (list) => ({ least: Math.min(...list), median: median(list) });
  return { native: of(times.native), wasm: of(times.wasm) };
}

/** Single runs of a workload in wasm, in milliseconds: where the slow ones count. */
function distribution(name, count) {
  if (web.run(name, 1).result === "unknown") return undefined;
  return Array.from({ length: count }, () => web.run(name, 1).nanoseconds / 1e6);
}

const [oneBytes, hundredBytes, cleanRecords, cleanBytes] = web.sizes();
const [crc, crcByBytes, crcByTables] = [await measure("crc32c"), await measure("crc32c_by_bytes"), await measure("crc32c_by_tables")];

/**
 * A time as it would be with the checksum of `bytes` bytes by our eight tables. Natively the library uses
 * the CPU's instruction, which wasm has not, and cannot be told otherwise; so for a comparison of the
 * rest with the same checksum code, the time of theirs is taken off and that of ours put on, on BOTH
 * sides. This is reckoned from three measurements, not measured itself: the plain ratio stands beside it.
 */
const withTables = (measured, side, bytes) =>
  measured[side].least + ((crcByTables[side].least - crc[side].least) * bytes) / 2 ** 20;

/** A row: `per` turns nanoseconds an iteration into the unit; `summed` is how many bytes it checksums, if known. */
function add(row, what, unit, measured, per, summed) {
  const plain = measured.native.least / measured.wasm.least;
  const same = summed === undefined ? undefined : withTables(measured, "native", summed) / withTables(measured, "wasm", summed);
  report.add({
    Row: row,
    What: what,
    Unit: unit,
    "native, best": per(measured.native.least),
    "native, median": per(measured.native.median),
    "wasm, best": per(measured.wasm.least),
    "wasm, median": per(measured.wasm.median),
    "wasm ÷ native, as measured": Number(plain.toFixed(3)),
    "the same, both with our CRC tables (reckoned)": same === undefined ? undefined : Number(same.toFixed(3)),
  });
  return same;
}

function kafkaCleaner() {
  const classes = `tests/oracle/target/classes:${readFileSync("tests/oracle/target/classpath", "utf8").trim()}`;
  const memory = existsSync("/dev/shm") ? ["-Djava.io.tmpdir=/dev/shm"] : [];
  const { stdout, stderr, status } = spawnSync("java", [...memory, "-Xmx700m", "-XX:+UseSerialGC", "-cp", classes, "oracle.CleanBench"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`Kafka's cleaner did not run: ${stderr}`);
  return JSON.parse(stdout);
}

const millionsOf = (records) => (nanoseconds) => (records * 1e3) / nanoseconds;
const asIs = (nanoseconds) => nanoseconds;
const bytesPerSecond = (bytes) => (nanoseconds) => bytes / nanoseconds;

const one = await measure("append_one");
add("12", "one append to a partition: encode, CRC twice, indexes", "µs", one, (ns) => ns / 1e3, 2 * oneBytes);
report.gate("12", "one event, wasm, µs", one.wasm.least / 1e3, { atMost: 4 });

const append = await measure("append");
const appendRatio = add("13", "append, batches of 100 × 100 B, through producer's encoder and log", "M records/s", append, millionsOf(100), 2 * hundredBytes);
report.gate("13", "append, wasm ÷ native, both with our CRC tables", appendRatio, { atLeast: 0.5 });

add("14", "decode and check the CRC, batches of 100 × 100 B", "M records/s", await measure("decode"), millionsOf(100), hundredBytes);

// How many bytes the cleaner checksums depends on what survives: only as measured.
const clean = await measure("clean");
add("15", `clean a log of ${short(cleanRecords)} records: map, copy, swap`, "M records/s", clean, millionsOf(cleanRecords));
add("15", "the same", "MB/s", clean, (ns) => (cleanBytes * 1e3) / ns);
// Apache Kafka's own cleaner, on files with the same bytes, in memory where the system has such a folder.
const theirs = kafkaCleaner();
if (theirs.bytes !== cleanBytes) throw new Error(`Kafka cleaned ${theirs.bytes} bytes, not ${cleanBytes}`);
report.add({ Row: "15", What: "the same, Apache Kafka 4.3.1's Cleaner", Unit: "MB/s", "native, best": (cleanBytes * 1e3) / theirs.least, "native, median": (cleanBytes * 1e3) / theirs.median });
report.gate("15", "cleaning, native, × Apache Kafka's", theirs.least / clean.native.least, { atLeast: 2 });

add("16", "murmur2 of a key of 16 bytes, and its partition", "ns", await measure("murmur2"), asIs);

add("17", "CRC32C of 1 MiB", "GB/s", crc, bytesPerSecond(2 ** 20));
add("", "the same, by eight tables", "GB/s", crcByTables, bytesPerSecond(2 ** 20));
add("", "the same, a byte at a time", "GB/s", crcByBytes, bytesPerSecond(2 ** 20));
// How well our tables stand for the library's: both run in wasm.
report.add({ Row: "", What: "our tables ÷ the library's, both in wasm", Unit: "×", "wasm, best": crc.wasm.least / crcByTables.wasm.least });
report.gate("17", "CRC32C, wasm, × a byte at a time", crcByBytes.wasm.least / crc.wasm.least, { atLeast: 2.5 });

// `seek` goes to an event, drawn anew each time, of a run of 100,000; its first call makes the run.
const seeks = distribution("seek", 500) ?? [];
if (seeks.length > 0) {
  report.add({ Row: "10", What: "seek to any event of 100,000: p50, p95 as medians", Unit: "ms", "wasm, best": quantile(seeks, 0.5), "wasm, median": quantile(seeks, 0.95) });
}
report.gate("10", "seek in a run of 100,000 events, wasm, p95, ms", seeks.length > 0 ? quantile(seeks, 0.95) : NaN, { atMost: 16 });

desk.stop();
report.finish();
