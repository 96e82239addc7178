import { measureLatency } from './latency.bench.mjs';
import { measureMemory } from './memory.bench.mjs';
import { measureProgress } from './progress.bench.mjs';

const memoryKib = await measureMemory();
const progress = await measureProgress();
const { bareMs, chartMs, machineMs, clientMs, requests } = await measureLatency();

/** @type {readonly [what: string, measured: string, bound: string, isHeld: boolean][]} */
const rows = [
  [
    'progress events/s, relative to the smallest chart of the same shape: three regions, one nested',
    (progress.fed / progress.shape).toFixed(2),
    '>= 0.9',
    progress.fed >= 0.9 * progress.shape,
  ],
  ['the same with two regions, without the clock', (progress.fed / progress.withoutClock).toFixed(2), 'info', true],
  ['the same with one state', progress.fed.toFixed(2), 'info', true],
  ['progress events/s sent to the actor without a child, relative', progress.sent.toFixed(2), 'info', true],
  ['KiB of heap per generation that follows its job', memoryKib.toFixed(1), '<= 16', memoryKib <= 16],
  [
    'ms from write to completed, minus a bare fetch-and-parse loop, median',
    (machineMs - bareMs).toFixed(3),
    '<= 0.6',
    machineMs - bareMs <= 0.6,
  ],
  [
    'the same with a client and a memory store, minus the machine',
    (clientMs - machineMs).toFixed(3),
    '<= 1.5',
    clientMs - machineMs <= 1.5,
  ],
  [
    'the same of the smallest chart that ends three regions, minus the bare loop',
    (chartMs - bareMs).toFixed(3),
    'info',
    true,
  ],
  ['the machine, relative to the bare loop', (machineMs / bareMs).toFixed(2), 'info', true],
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
