import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';

/** @typedef {{ date: string, machine: string, versions: Readonly<Record<string, string>> }} Circumstances */

/** @param {string} file relative to the root of the repository */
const readJson = file => JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));

/**
 * When, where and with which versions something is measured.
 *
 * @param {readonly string[]} packages of bench/vendors
 * @returns {Circumstances}
 */
export function circumstances(packages) {
  const { dependencies } = readJson('bench/vendors/package.json');
  const { version } = readJson('package.json');
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.versions.node}`,
    versions: {
      'generation-lifecycle': version,
      ...Object.fromEntries(packages.map(name => [name, dependencies[name]])),
    },
  };
}

/** How many processes want a core, over the last minute. */
export const load = () => loadavg()[0]?.toFixed(1) ?? '?';
