import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installPackage } from '../apps/packed.mjs';
import { root } from '../docs/pages.mjs';

/** A folder with the smoke suite and the packed library, as a user has it. */
export function smokeFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'generation-lifecycle-runtimes-'));
  cpSync(path.join(root, 'test/runtimes'), folder, { recursive: true });
  installPackage(folder);

  return {
    /**
     * Runs the suite in one runtime. Each line that it prints is a result.
     *
     * @param {import('./runtimes.types.ts').Runtime} runtime
     * @param {string} binary
     * @returns {Pick<import('./runtimes.types.ts').FoundRuntime, 'version' | 'smoke'>}
     */
    run({ name, args }, binary) {
      const command = [...args, 'smoke.mjs'];
      const { stdout } = spawnSync(binary, command, {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'inherit'],
        encoding: 'utf8',
        timeout: 1_800_000,
      });
      /** @type {{ version: string, name: string, error?: string }[]} */
      const results = stdout
        .split('\n')
        .filter(line => line.startsWith('{"runtime"'))
        .map(line => JSON.parse(line));
      for (const { name: check, error } of results)
        if (error !== undefined) console.error(`${name}: ${check}\n${error}`);
      const [{ version } = { version: '' }] = results;
      if (version === '') throw new Error(`${name} has run no check:\n${stdout}`);
      return {
        version,
        smoke: Object.fromEntries(results.map(({ name: check, error }) => [check, error === undefined])),
      };
    },

    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
