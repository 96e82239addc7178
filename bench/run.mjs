import { measureLatency } from './latency.bench.mjs';
import { measureMemory } from './memory.bench.mjs';
import { measureProgress } from './progress.bench.mjs';

const memoryKib = await measureMemory();
const progress = await measureProgress();
const { bareMs, oursMs, requests } = await measureLatency();

/** @type {readonly [what: string, measured: string, bound: string, isHeld: boolean][]} */
const rows = [
  [
    'progress events/s, of a bare one-state machine with the same child',
    progress.fed.toFixed(2),
    '>= 0.5',
    progress.fed >= 0.5,
  ],
  ['an empty chart of the same shape does', progress.shape.toFixed(2), 'told', true],
  ['the first, sent to the actor without a child', progress.sent.toFixed(2), 'told', true],
  ['KiB of heap per following generation', memoryKib.toFixed(1), '<= 16', memoryKib <= 16],
  ['ms added from the write to completed, median', (oursMs - bareMs).toFixed(3), '< 1', oursMs - bareMs < 1],
  ['the same, of a bare fetch-and-parse loop', (oursMs / bareMs).toFixed(2), 'told', true],
  ...requests.map(
    one =>
      /** @type {[string, string, string, boolean]} */ ([
        `requests of a generation: ${one}`,
        `${one.split(', ').length}`,
        '3',
        one.split(', ').length === 3,
      ]),
  ),
];
for (const [what, measured, bound, isHeld] of rows) {
  console.log(`${isHeld ? 'ok  ' : 'FAIL'} ${measured.padStart(8)} ${bound.padEnd(7)} ${what}`);
}
process.exit(rows.every(([, , , isHeld]) => isHeld) ? 0 : 1);
