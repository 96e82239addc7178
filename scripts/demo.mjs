import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createActor, toPromise } from 'xstate';
import { loadStudio } from './build-studio.mjs';

// Of each port on its own, as a browser keeps what a page stores.
const { PORT = '4173', RENDER_MS = '4000' } = process.env;
const folder = process.env['STUDIO_DATA'] ?? fileURLToPath(new URL(`../examples/studio/data/${PORT}`, import.meta.url));
const input = {
  prompt: 'A lighthouse in evening fog',
  resolution: { width: 1344, height: 768 },
  seed: Math.floor(Math.random() * 2 ** 32),
};

/** @type {import('../examples/studio/server/index.js').Backend | undefined} */
let backend;

async function close() {
  await backend?.close();
  process.exit(0);
}
process.once('SIGINT', close);
process.once('SIGTERM', close);

/** @param {string} sentence @returns {never} */
function exitWith(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** @param {string} time @param {string} status @param {string} connection @param {string} done @param {string} message */
function printRow(time, status, connection, done, message) {
  const cells = [time.padStart(7), status.padEnd(10), connection.padEnd(10), done.padStart(4), message];
  console.log(cells.join('  ').trimEnd());
}

/** Follows one generation, and prints a line for each state and each tenth of progress. @param {string} baseUrl */
async function followOne(baseUrl) {
  // The package's entry points, which have only just been built.
  const { createGenerationMachine, policyFor, viewGeneration } = await import('generation-lifecycle');
  const { remoteBackend } = await import('generation-lifecycle/adapters/remote-backend');

  /** @type {import('generation-lifecycle/adapters/remote-backend').RemoteBackend<unknown, { images: { url: string }[] }>} */
  const pictures = remoteBackend({ baseUrl: `${baseUrl}/api/generations/fal-image`, durable: true });
  const machine = createGenerationMachine(pictures, { policy: policyFor('image') });
  const actor = createActor(machine, { input: { id: crypto.randomUUID() } });
  const startedAt = performance.now();
  let last = '';
  actor.subscribe(snapshot => {
    const { status, connection, progress, message = '' } = viewGeneration(snapshot);
    const tenths = Math.floor((progress ?? 0) * 10);
    const now = `${status} ${connection} ${tenths}`;
    if (now === last || status === 'idle') return;
    last = now;
    const time = `${((performance.now() - startedAt) / 1000).toFixed(2)} s`;
    printRow(time, status, connection, progress === undefined ? '' : `${Math.floor(progress * 100)}%`, message);
  });

  printRow('time', 'status', 'connection', 'done', 'message');
  actor.start();
  actor.send({ type: 'GENERATE', input });
  return toPromise(actor);
}

// Before the build, which takes some seconds.
if (!/^\d+$/.test(PORT) || Number(PORT) > 65_535) {
  exitWith(`PORT must be a whole number from 0 to 65535, and is ${JSON.stringify(PORT.slice(0, 40))}.`);
}
if (!/^\d{1,7}$/.test(RENDER_MS)) {
  exitWith(`RENDER_MS must be a number of milliseconds, and is ${JSON.stringify(RENDER_MS.slice(0, 40))}.`);
}
const { startBackend, PortError, staticDir, vendorKeys } = await loadStudio(name =>
  console.log(`Building the ${name}`),
);
backend = await startBackend({
  port: Number(PORT),
  staticDir,
  faults: { renderMs: Number(RENDER_MS) },
  serverHalf: { folder, keys: vendorKeys(process.env), renderMs: Number(RENDER_MS) },
}).catch(error => {
  if (error instanceof PortError) return exitWith(error.message);
  throw error;
});

/** Not with fal itself: nobody has asked for it, and it would be paid. @param {string} baseUrl */
async function showOne(baseUrl) {
  console.log(`\nOne generation, followed by the library: "${input.prompt}"\n`);
  const result = await followOne(baseUrl);
  if (result.status === 'completed') {
    for (const { url } of result.output.images) console.log(`\nThe result:  ${new URL(url, baseUrl)}`);
  } else {
    const end = result.status === 'failed' ? `failed: ${result.failure.message}` : 'was cancelled.';
    console.log(`\nThe generation ${end}`);
  }
}

const { vendors = [], resumed = 0 } = backend.serverHalf ?? {};
const paid = vendors.filter(({ isDouble }) => !isDouble).map(({ name }) => name);
if (resumed > 0) console.log(`\nGenerations that were running when the demo ended, and go on: ${resumed}`);
if (!paid.includes('fal')) await showOne(backend.url);
console.log(`The page:    ${backend.url}`);
console.log(
  paid.length === 0
    ? 'Vendors:     doubles of fal, Replicate and Black Forest Labs, which cost nothing. With your key in FAL_KEY,\n             REPLICATE_API_TOKEN or BFL_API_KEY: the vendor itself'
    : `Vendors:     ${paid.join(', ')} with your key: what you generate there is charged. The others are doubles`,
);
console.log(
  `Its jobs:    ${path.relative('', folder) || '.'}\n\nPress Ctrl-C to stop. Start it again, and what runs goes on.`,
);
