import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as core from 'generation-lifecycle';

const require = createRequire(import.meta.url);
/** What imports a package that is not installed here: a framework, an engine, a database. */
const ofOthers = /\/(react|vue|svelte|solid|pg-boss|bullmq|postgres|s3|opentelemetry|devtools)(\/|$)|package\.json$/;

export async function requiresCommonJs() {
  const { isSame } = require('./require.cjs');
  assert(isSame(core), 'require() and import have two copies of the library.');
}

export async function importsEntryPoints() {
  const { exports } = JSON.parse(await readFile(require.resolve('generation-lifecycle/package.json'), 'utf8'));
  const names = Object.keys(exports).filter(name => !ofOthers.test(name));
  assert(names.length > 15, `Only ${names}`);
  for (const name of names) {
    const entry = await import(`generation-lifecycle${name.slice(1)}`);
    assert(Object.keys(entry).length > 0, `${name} exports nothing.`);
  }
}
