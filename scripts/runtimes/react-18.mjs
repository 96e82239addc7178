import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npmInstall } from '../apps/packed.mjs';
import { root } from '../docs/pages.mjs';

const packages = ['react@18.3.1', 'react-dom@18.3.1', '@xstate/react@6.1.0'];

/** React 18 in a folder of its own, because react-dom and @xstate/react require the React beside them. Git ignores it. */
export function installReact18() {
  const folder = path.join(root, 'node_modules/.cache/react-18');
  if (existsSync(path.join(folder, 'node_modules/react'))) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  // Without the peers, so that xstate is the one of the repository.
  npmInstall(folder, ['--legacy-peer-deps', ...packages]);
}
