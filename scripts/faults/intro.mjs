import { readFileSync } from 'node:fs';
import { maxLatenessMs } from './lateness.mjs';
import { speedup } from './scale.mjs';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** The introduction of `docs/faults.md`. @param {string} chromiumVersion */
export const introLines = chromiumVersion => [
  '# The fault table',
  '',
  'Written by `npm run faults`; do not edit. Every row runs over real sockets, in Node and in Chromium: the real machine, the',
  'real `fileBackend`, the platform’s own `fetch`, and the reference backend behind a peer that speaks TCP, so that it can send',
  'what no HTTP library sends.',
  '',
  `${new Date().toISOString().slice(0, 10)} · generation-lifecycle ${version} · Node ${process.versions.node} · Chromium ${chromiumVersion}`,
  '',
  `Times are those of real life. A run is ${speedup} times faster, and scales every time of the policy (except those that`,
  'HTTP counts in whole seconds). *Delivered* is how often a result was emitted: once, or never if the generation failed.',
  '*Requests* counts submits, reads and stream requests, and how many of them the row allows. A row has *passed* when each',
  'generation emits the expected outcome once and shows it, nothing is submitted twice, progress never falls, there are no more',
  'requests than allowed, and after the outcome no request is made and no connection is open. Many rows check more, such as the',
  'headers of the next stream request. If a run fails while timers are more than',
  `${maxLatenessMs} ms late, the machine was too slow: the row runs again, alone, and the table shows the attempt.`,
  '',
];
