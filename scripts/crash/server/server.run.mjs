import { fileURLToPath } from 'node:url';
import { buildStudio } from '../../build-studio.mjs';
import { planServerCrashes } from './plan.mjs';
import { printWishes, problemsOfWishes } from './report.mjs';

const fileOf = (/** @type {string} */ name) => fileURLToPath(new URL(`processes/${name}.mjs`, import.meta.url));
const scripts = { half: fileOf('half'), vendor: fileOf('vendor') };
/** A job that is its own stream: its submit is answered after 300 ms, and it runs for 1.5 s. */
const streamTimes = { answerMs: 300, runMs: 1_500 };
const holderKills = 10;
/** The vendor takes this long to answer a submit, in ms. Nothing is scaled. */
const times = { answerMs: 300, slowMs: 100_000 };
const perInstant = 10;

/**
 * Kills processes with a server half at 60 moments of a submit, and at 10 of a job that is its own stream, and prints what became of the wishes.
 * @param {() => number} random from 0 to 1
 * @returns {Promise<{ count: number, problems: string[] }>}
 */
export async function runServerCrashes(random) {
  buildStudio(name => console.log(`Building the ${name}`), ['library']);
  // The built library, so it has to be built first.
  const { crashServers } = await import('./server.crashes.mjs');
  const { crashHolders, problemsOfHolders } = await import('./hold.crashes.mjs');
  const crashes = planServerCrashes(random, { perInstant, ...times });
  const { kills, wishes } = await crashServers({ scripts, crashes, random, ...times });
  printWishes(wishes);
  const killsAt = Array.from({ length: holderKills }, () => Math.floor(random() * 3_000));
  const held = await crashHolders({ script: fileOf('hold'), killsAt, ...streamTimes });
  const maybe = held.filter(({ result }) => result === 'maybe').length;
  console.log(`${held.length} jobs that are their own streams: ${maybe} told as maybe, the others were stored before`);
  return { count: kills + held.length, problems: [...problemsOfWishes(wishes), ...problemsOfHolders(held)] };
}
