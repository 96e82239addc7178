import { execFileSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import path from 'node:path';
import { buildStudio } from './build-studio.mjs';
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
buildStudio(name => console.log(`Building the ${name}`), ['library', 'playground']);
stage();
execFileSync(process.execPath, [path.join(folder, 'node_modules/vitepress/bin/vitepress.js'), 'build', folder], {
  stdio: 'inherit',
});
// Not among the pages: it is no source that the compiler looks at.
cpSync(path.join(root, 'examples/studio/dist/playground'), path.join(root, 'site/playground'), { recursive: true });
