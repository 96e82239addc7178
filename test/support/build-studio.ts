import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = join(root, 'examples/studio/server');
const built = join(root, 'examples/studio/dist/server/main.js');

/** Compiles the reference backend once before the tests, unless what is compiled is newer than all of its sources. */
export function setup(): void {
  const newest = Math.max(...readdirSync(source, { recursive: true, encoding: 'utf8' }).map(changedAt));
  const builtAt = statSync(built, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (builtAt > newest) return;
  const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
  execFileSync(process.execPath, [join(compiler, '../bin/tsc'), '-p', 'tsconfig.studio.json'], {
    cwd: root,
    stdio: 'inherit',
  });
}

const changedAt = (path: string) => statSync(join(source, path)).mtimeMs;
