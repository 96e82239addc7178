import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Explores the compiled generation machine of a folder, and prints one line of JSON. It runs in its own process, so that it
 * can also explore a machine with a seeded fault.
 */
const [folder = '.'] = process.argv.slice(2);
/** @type {typeof import('../src/testing/explore/index.js')} */
const { ExplorationError, exploreGeneration, generationMonitors } = await import(
  pathToFileURL(path.resolve(folder, 'dist/testing/explore/index.js')).href
);

/** @returns {object} */
function explore() {
  try {
    const explorations = exploreGeneration().map(({ port, arrivals, states, edges, runs }) => ({
      port,
      arrivals,
      states,
      edges,
      runs,
    }));
    return { monitorCount: generationMonitors.length, explorations };
  } catch (error) {
    if (!(error instanceof ExplorationError)) throw error;
    const { code, message } = error;
    return { code, message };
  }
}

console.log(JSON.stringify(explore()));
