import { readFileSync, writeFileSync } from 'node:fs';
import { findRuntime } from './runtimes/install.mjs';
import { toPage } from './runtimes/page.mjs';
import { runtimes } from './runtimes/runtimes.mjs';
import { smokeFolder } from './runtimes/smoke.mjs';
import { runSuites } from './runtimes/suites.mjs';

// With `WRITE_RUNTIMES=1`, it keeps what it has found, and writes docs/runtimes.md.
const foundFile = new URL('runtimes/found.json', import.meta.url);
const pageFile = new URL('../docs/runtimes.md', import.meta.url);
// `--smoke` leaves the suites out, which take the longest, and keeps what an earlier run of them has found.
const names = process.argv.slice(2).filter(argument => argument !== '--smoke');
const hasSuites = !process.argv.includes('--smoke');
const unknown = names.filter(name => !runtimes.some(runtime => runtime.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no runtime ${unknown.join(', ')}. Name some of ${runtimes.map(({ name }) => `"${name}"`).join(', ')}.`,
  );
  process.exit(1);
}

/** @type {import('./runtimes/runtimes.types.ts').Found} */
let found = JSON.parse(readFileSync(foundFile, 'utf8'));
const smoke = smokeFolder();
let failed = 0;
try {
  // One after the other: each takes what the machine has.
  for (const runtime of runtimes.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const binary = findRuntime(runtime);
    const { version, smoke: checks } = smoke.run(runtime, binary);
    const suites = runtime.hasSuites && hasSuites ? runSuites(binary) : {};
    const kept = hasSuites ? {} : found[runtime.name]?.suites;
    found = { ...found, [runtime.name]: { version, suites: { ...kept, ...suites }, smoke: checks } };
    const bad = Object.values(checks).filter(passed => !passed).length;
    console.log(
      `${runtime.name} (${version}): ${Object.keys(checks).length - bad} of ${Object.keys(checks).length} checks passed`,
    );
    for (const [suite, counts] of Object.entries(suites))
      console.log(`  ${suite}: ${counts.passed} passed, ${counts.failed} failed`);
    failed += Object.values(suites).reduce((sum, counts) => sum + counts.failed, bad);
  }
} finally {
  smoke.remove();
}
if (process.env['WRITE_RUNTIMES'] === '1') {
  writeFileSync(foundFile, `${JSON.stringify(found, null, 2)}\n`);
  writeFileSync(pageFile, toPage(found));
}
process.exitCode = failed === 0 ? 0 : 1;
