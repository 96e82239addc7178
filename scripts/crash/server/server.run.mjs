import { fileURLToPath } from 'node:url';
import { buildStudio } from '../../build-studio.mjs';
import { planServerCrashes } from './plan.mjs';
import { printWishes, problemsOfWishes } from './report.mjs';

const fileOf = (/** @type {string} */ name) => fileURLToPath(new URL(`processes/${name}.mjs`, import.meta.url));
const scripts = { half: fileOf('half'), vendor: fileOf('vendor') };
/** The vendor takes this long to answer a submit, in ms. Nothing is scaled. */
const times = { answerMs: 300, slowMs: 100_000 };
const perInstant = 10;

/**
 * Kills processes with a server half at 60 moments of a submit, and prints what became of the wishes.
 * @param {() => number} random from 0 to 1
 * @returns {Promise<{ count: number, problems: string[] }>}
 */
export async function runServerCrashes(random) {
  buildStudio(name => console.log(`Building the ${name}`), ['library']);
  // The built library, so it has to be built first.
  const { crashServers } = await import('./server.crashes.mjs');
  const crashes = planServerCrashes(random, { perInstant, ...times });
  const { kills, wishes } = await crashServers({ scripts, crashes, random, ...times });
  printWishes(wishes);
  return { count: kills, problems: problemsOfWishes(wishes) };
}
