import { createActor, toPromise } from 'xstate';
import { loadStudio } from './build-studio.mjs';

const { PORT = '4173' } = process.env;
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
  const { fileBackend } = await import('generation-lifecycle/adapters');

  const machine = createGenerationMachine(fileBackend({ kind: 'image', baseUrl }), { policy: policyFor('image') });
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
const { startBackend, PortError, staticDir } = await loadStudio(name => console.log(`Building the ${name}`));
backend = await startBackend({ port: Number(PORT), staticDir, faults: { renderMs: 4_000 } }).catch(error => {
  if (error instanceof PortError) return exitWith(error.message);
  throw error;
});

console.log(`\nOne generation, followed by the library: "${input.prompt}"\n`);
const result = await followOne(backend.url);
if (result.status === 'completed') for (const { url } of result.output.files) console.log(`\nThe result:  ${url}`);
else
  console.log(
    `\nThe generation ${result.status === 'failed' ? `failed: ${result.failure.message}` : 'was cancelled.'}`,
  );

console.log(`The page:    ${backend.url}\n\nPress Ctrl-C to stop.`);
