import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { shrink } from './release/shrink.mjs';

// What is tested is what is packed: nothing is done to `dist` later.
const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = path.join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc');
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
shrink(root);
