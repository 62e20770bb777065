// What both benchmarks share: where figures come from, rows with gates, Markdown and JSON.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, platform, release } from "node:os";

const version = (command, ...args) => {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim().split("\n")[0];
  } catch {
    return `${command}: not found`;
  }
};

/** The machine and the versions that a figure depends on. */
export function machine() {
  const models = cpus().map((cpu) => cpu.model.trim());
  return {
    cpu: `${models.length} × ${models[0] || "unknown CPU"}`,
    load: loadavg().map((load) => load.toFixed(2)).join(" "),
    system: `${platform()} ${release()}`,
    versions: [version("rustc", "--version"), `node ${process.versions.node}`, `V8 ${process.versions.v8}`],
    revision: version("git", "describe", "--always", "--dirty"),
    at: new Date().toISOString(),
  };
}

export const median = (values) => quantile(values, 0.5);

/** The smallest value that at least this share of the values does not exceed. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** A number with three digits that count. */
export function short(value) {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}

/** Collects rows, then prints and writes them; broken gates make the program's exit code 1. */
export class Report {
  constructor(name) {
    this.name = name;
    this.rows = [];
    this.gates = [];
    this.machine = machine();
  }

  /** A line of figures: cells by column. */
  add(row) {
    this.rows.push(row);
  }

  /** A gate of the budget: `row` is its number there. A value that is no number breaks it. */
  gate(row, text, value, { atLeast, atMost }) {
    const good = Number.isFinite(value) && (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
    const limit = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
    this.gates.push({ row, text, value: Number.isFinite(value) ? value : null, limit, good });
  }

  finish() {
    const columns = [...new Set(this.rows.flatMap((row) => Object.keys(row)))];
    const cell = (value) => (typeof value === "number" ? short(value) : (value ?? ""));
    const isNumber = (column) => this.rows.some((row) => typeof row[column] === "number");
    console.log(`\n| ${columns.join(" | ")} |`);
    console.log(`| ${columns.map((column) => (isNumber(column) ? "---:" : "---")).join(" | ")} |`);
    for (const row of this.rows) console.log(`| ${columns.map((column) => cell(row[column])).join(" | ")} |`);
    const { cpu, load, system, versions, revision } = this.machine;
    const after = loadavg().map((value) => value.toFixed(2)).join(" ");
    console.log(`\n${cpu}; load ${load} before, ${after} after; ${system}; ${versions.join(", ")}; revision ${revision}\n`);
    for (const { row, text, value, limit, good } of this.gates) {
      console.log(`${good ? "ok" : "FAILED"}: row ${row}, ${text}: ${value === null ? "not measured" : short(value)}, ${limit}`);
    }
    const failed = this.gates.filter((gate) => !gate.good).length;
    mkdirSync("target/bench", { recursive: true });
    const { rows, gates, machine } = this;
    writeFileSync(`target/bench/${this.name}.json`, `${JSON.stringify({ machine, rows, gates }, null, 2)}\n`);
    console.log(`gates: ${this.gates.length - failed} passed, ${failed} failed`);
    process.exitCode = failed ? 1 : 0;
  }
}

/** The wasm-opt flags that index.html gives Trunk, so that what is measured is what is shipped. */
export function wasmOptFlags() {
  const html = readFileSync("index.html", "utf8");
  const level = html.match(/data-wasm-opt="(\w+)"/)[1];
  return [`-O${level}`, ...html.match(/data-wasm-opt-params="([^"]+)"/)[1].split(" ")];
}
