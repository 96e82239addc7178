import { isDurable, judge } from './judge.mjs';
import { phaseOf, phases } from './phases.mjs';

/** @typedef {import('./crash.types.ts').Autopsy} Autopsy */

const columns = [
  'page',
  'killed',
  'instants',
  'no POST',
  'one POST',
  'item',
  'interrupted',
  'nothing',
  'lost',
  'verdict',
];

/** @param {readonly Autopsy[]} autopsies @param {(autopsy: Autopsy) => boolean} is */
const count = (autopsies, is) => `${autopsies.filter(is).length || ''}`;

/** @param {string} page @param {string} phase @param {readonly Autopsy[]} autopsies */
function toCells(page, phase, autopsies) {
  const complaints = autopsies.flatMap(one => judge(one).complaints);
  const mayLose = autopsies.some(({ death }) => !isDurable(death));
  const right = mayLose && autopsies.some(one => judge(one).end === 'lost') ? 'the browser lost it' : 'right';
  return [
    page,
    phase,
    `${autopsies.length}`,
    count(autopsies, ({ posts }) => posts === 0),
    count(autopsies, ({ posts }) => posts === 1),
    ...['item', 'interrupted', 'nothing', 'lost'].map(end => count(autopsies, one => judge(one).end === end)),
    complaints.length > 0 ? `WRONG: ${complaints.length}` : right,
  ];
}

/** A row for each kind of page, kill and phase, in order. @param {readonly Autopsy[]} autopsies */
function toRows(autopsies) {
  const kills = [
    { name: '', kills: ['close', 'crash'] },
    { name: ', browser killed', kills: ['browser'] },
  ];
  const keepings = [...new Set(autopsies.map(({ death }) => death.keeping))];
  return kills.flatMap(({ name, kills }) =>
    keepings.flatMap(keeping =>
      phases.flatMap(([phase]) => {
        const ofRow = autopsies.filter(
          one => one.death.keeping === keeping && kills.includes(one.death.kill) && phaseOf(one) === phase,
        );
        return ofRow.length > 0 ? [toCells(`${keeping}${name}`, phase, ofRow)] : [];
      }),
    ),
  );
}

/** @param {readonly Autopsy[]} autopsies */
export function printAutopsies(autopsies) {
  const lines = [columns, ...toRows(autopsies)];
  const widths = columns.map((_, index) => Math.max(...lines.map(line => line[index]?.length ?? 0)));
  for (const line of lines) {
    console.log(
      line
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
  const lost = autopsies.filter(one => judge(one).end === 'lost' && !isDurable(one.death)).length;
  if (lost > 0) {
    console.log(
      `${lost} were lost with the browser: Chromium writes localStorage to its disk 5 s after a page's first write, and from then on about once a minute.`,
    );
  }
}

/** What is wrong, a line each. @param {readonly Autopsy[]} autopsies */
export function complaintsOf(autopsies) {
  return autopsies.flatMap(autopsy => {
    const { death, left } = autopsy;
    const { mark = 'Generate', afterMs } = death.instant;
    const where = `${death.keeping}, ${death.kill} ${afterMs} ms after ${mark} (${phaseOf(autopsy)})`;
    return judge(autopsy).complaints.map(text => `${where}: ${text}. Left: ${JSON.stringify(left)}`);
  });
}
