import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './docs/pages.mjs';
import { stage } from './site/stage.mjs';

const folder = path.join(root, 'scripts/site');

/** VitePress is no workspace: who does not build the site does not install it. */
if (!existsSync(path.join(folder, 'node_modules/vitepress'))) {
  execFileSync('npm', ['ci', '--prefer-offline'], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}
stage();
execFileSync(process.execPath, [path.join(folder, 'node_modules/vitepress/bin/vitepress.js'), 'build', folder], {
  stdio: 'inherit',
});
