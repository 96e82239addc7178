import { readFileSync, writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import type { Engine } from '../../test/support/engine.js';
import { areaOf } from './areas.mjs';
import type { Counts, Found } from './browsers.types.js';
import { toPage } from './page.mjs';

const foundFile = new URL('found.json', import.meta.url);
const pageFile = new URL('../../docs/browsers.md', import.meta.url);

const engineOf = new Map<string, Engine>([
  ['browser', 'Chromium'],
  ['pages', 'Chromium'],
  ['firefox', 'Firefox'],
  ['firefox-pages', 'Firefox'],
  ['webkit', 'WebKit'],
  ['webkit-pages', 'WebKit'],
]);

function countsOf(module: TestModule): Counts {
  const states = Array.from(module.children.allTests(), test => test.result().state);
  const passed = states.filter(state => state === 'passed').length;
  return { passed, failed: states.length - passed + module.errors().length };
}

/** With `WRITE_BROWSERS=1`, keeps what the run finds of each file, and writes docs/browsers.md: also what a run found that was stopped. */
export class BrowsersReporter implements Reporter {
  onTestModuleEnd(module: TestModule): void {
    if (process.env['WRITE_BROWSERS'] !== '1') return;
    // Vitest adds the browser: `webkit (safari)`.
    const [project = ''] = module.project.name.split(' ');
    const engine = engineOf.get(project);
    if (!engine || !areaOf(`/${module.relativeModuleId}`)) return;
    const found: Found = JSON.parse(readFileSync(foundFile, 'utf8'));
    const files = new Map(Object.entries(found[engine])).set(module.relativeModuleId, countsOf(module));
    const sorted = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const next: Found = { ...found, [engine]: Object.fromEntries(sorted) };
    writeFileSync(foundFile, `${JSON.stringify(next, null, 2)}\n`);
    writeFileSync(pageFile, toPage(next));
  }
}
