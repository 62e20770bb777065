// Writes sw.js beside the built page: a service worker that knows every file by name and keeps them,
// so that the page works offline after its first load. Called by Trunk after each build.
//
// Files with a hash in their name never change and are answered from the cache. The page itself is
// asked of the network first, so that a newer version is seen at once, and is kept for when there is none.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

const folder = process.env.TRUNK_STAGING_DIR ?? process.argv[2];
if (!folder) throw new Error("usage: offline.mjs FOLDER, or TRUNK_STAGING_DIR set");

// The Verify room asks which files of vectors there are.
const vectors = join(folder, "vectors");
if (existsSync(vectors)) {
  const names = readdirSync(vectors).filter((name) => name.endsWith(".jsonl")).sort();
  writeFileSync(join(vectors, "index.json"), JSON.stringify(names));
}

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== "sw.js")
  .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"))
  .sort();
/** What the first load and its offline copy can wait for: the vectors, and the worker that replays them. */
const isLater = (file) => file.startsWith("vectors/") || file.startsWith("verify");
const version = createHash("sha256");
for (const file of files) version.update(file).update(readFileSync(join(folder, file)));
const cache = `brokerscope-${version.digest("hex").slice(0, 16)}`;

writeFileSync(
  join(folder, "sw.js"),
  `// Made by the build: the files of this version, kept for when there is no network.
const CACHE = ${JSON.stringify(cache)};
const FILES = ${JSON.stringify(files.filter((file) => !isLater(file)), null, 2)};
// What only one room needs: kept once the page itself is there.
const LATER = ${JSON.stringify(files.filter(isLater), null, 2)};

const PAGE = new URL("index.html", self.registration.scope).href;
const href = (file) => new URL(file, self.registration.scope).href;
const KNOWN = new Set([...FILES, ...LATER].map(href));

async function keep(files) {
  const requests = files.map((file) => new Request(href(file), { cache: "no-cache" }));
  await (await caches.open(CACHE)).addAll(requests);
}

self.addEventListener("install", (event) => {
  event.waitUntil(keep(FILES).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  // Other pages of the same host have caches of their own, and so has Brokerscope under another path.
  const others = async () => {
    for (const name of await caches.keys()) {
      if (!name.startsWith("brokerscope-") || name === CACHE) continue;
      if (await (await caches.open(name)).match(PAGE)) await caches.delete(name);
    }
  };
  event.waitUntil(others().then(() => self.clients.claim()).then(() => keep(LATER)).catch(() => {}));
});

// The network's answer to a navigation, or the kept page when there is none.
async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(CACHE)).match(PAGE);
    if (kept) return kept;
    throw error;
  }
}

async function file(request, url) {
  return (await (await caches.open(CACHE)).match(url)) ?? fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  url.search = url.hash = "";
  const isPage = url.href === PAGE || url.href === self.registration.scope;
  if (request.method !== "GET") return;
  if (isPage) event.respondWith(page(request));
  else if (KNOWN.has(url.href)) event.respondWith(file(request, url.href));
});
`,
);
