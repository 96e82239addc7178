import { readFileSync } from 'node:fs';
import { latestMs } from './lateness.mjs';
import { timesFaster } from './scale.mjs';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** What stands above the tables of `docs/faults.md`. @param {string} chromiumVersion */
export const tellIntro = chromiumVersion => [
  '# The fault table',
  '',
  'Written by `npm run faults`; do not edit. Every row runs over real sockets, in Node and in Chromium: the real machine, the',
  'real `fileBackend`, the platform’s own `fetch`, and the reference backend behind a peer that speaks TCP and can do what HTTP',
  'libraries will not.',
  '',
  `${new Date().toISOString().slice(0, 10)} · generation-lifecycle ${version} · Node ${process.versions.node} · Chromium ${chromiumVersion}`,
  '',
  `Lengths of time are those of real life; a run is ${timesFaster} times faster, with every time of the policy scaled alike (but for what`,
  'HTTP counts in whole seconds). *Delivered* is how often a result was emitted: once, or never where the outcome is a typed',
  'failure. *Requests* counts submits, reads and openings of streams, and how many of them the row allows. A verdict is',
  '*right* when the outcome is the expected one and came once for each generation, the page shows it, nothing was submitted',
  'twice, progress never fell, there were no more requests than allowed, and after the outcome none is made and no connection',
  'is open. Many rows ask for more, such as the header that a stream was opened again with. A wrong run in which the machine’s own',
  `timers were more than ${latestMs} ms late is repeated alone, and the attempt is told.`,
  '',
];
