import { createActor, toPromise } from 'xstate';
import { loadStudio } from './build-studio.mjs';

const { PORT = '4173' } = process.env;
const order = {
  prompt: 'A lighthouse in evening fog',
  resolution: { width: 1344, height: 768 },
  seed: Math.floor(Math.random() * 2 ** 32),
};

/** @type {import('../examples/studio/server/index.js').Backend | undefined} */
let backend;

async function leave() {
  await backend?.close();
  process.exit(0);
}
process.once('SIGINT', leave);
process.once('SIGTERM', leave);

/** @param {unknown} error @returns {never} */
function refusePort(error) {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  console.error(`Port ${PORT} ${isTaken ? 'is taken' : 'cannot be used'}. Set PORT to another: PORT=4180 npm run demo`);
  process.exit(1);
}

/** @param {string} time @param {string} status @param {string} connection @param {string} done @param {string} message */
function printRow(time, status, connection, done, message) {
  const cells = [time.padStart(7), status.padEnd(10), connection.padEnd(10), done.padStart(4), message];
  console.log(cells.join('  ').trimEnd());
}

/** Follows one generation through the library, with a line for each state and for each tenth. @param {string} baseUrl */
async function followOne(baseUrl) {
  // The package's own doors, which lead to what has only now been built.
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
  actor.send({ type: 'GENERATE', input: order });
  return toPromise(actor);
}

const { startBackend, staticDir } = await loadStudio(name => console.log(`Building the ${name}`));
backend = await startBackend({ port: Number(PORT), staticDir, faults: { renderMs: 4_000 } }).catch(refusePort);

console.log(`\nOne generation, followed by the library: "${order.prompt}"\n`);
const result = await followOne(backend.url);
if (result.status === 'completed') for (const { url } of result.output.files) console.log(`\nThe result:  ${url}`);
else console.log(`\nIt has ${result.status}. ${result.status === 'failed' ? result.failure.message : ''}`);

console.log(`The page:    ${backend.url}\n\nCtrl-C ends it.`);
