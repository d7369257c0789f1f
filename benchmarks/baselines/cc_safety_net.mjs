// cc-safety-net: `checkCommand` with its built-in rules; it denies or allows, and never asks.
// Run by Node in the folder that holds the package: commands in, [effect, microseconds] out.
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import process from 'node:process';

const entry = join(process.argv[3], 'node_modules', 'cc-safety-net', 'dist', 'api.js');
const { checkCommand } = await import(pathToFileURL(entry).href);

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  const start = process.hrtime.bigint();
  let effect = 'deny';
  try {
    effect = checkCommand({ command, cwd: process.cwd() }).kind;
  } catch (error) {
    console.error(error);
  }
  const spent = Number(process.hrtime.bigint() - start) / 1000;
  console.log(JSON.stringify([effect, spent]));
}
