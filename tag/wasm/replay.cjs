// Replays recorded runs in node: `node replay.cjs ENGINE VECTORS` prints one line for each.
const { readFileSync, writeSync } = require("node:fs");
const [engine, vectors] = process.argv.slice(2);
const { replayed } = require(engine);
for (const line of readFileSync(vectors, "utf8").split("\n").filter(Boolean)) {
  writeSync(1, replayed(line) + "\n");
}
