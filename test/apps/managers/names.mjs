import { createRequire } from 'node:module';

const { exports: entries } = createRequire(import.meta.url)('generation-lifecycle/package.json');

/** Each entry point with code. */
export const names = Object.keys(entries)
  .filter(entry => entry !== './package.json')
  .map(entry => `generation-lifecycle${entry.slice(1)}`);

/** @param {readonly string[]} failed */
export function report(failed) {
  if (failed.length > 0) {
    console.error(failed.join('\n'));
    process.exit(1);
  }
  console.log(`${names.length} entry points`);
  // A client of a database may keep the process.
  process.exit(0);
}
