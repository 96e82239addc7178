// Requires each entry point, in a process that has imported none.
import { createRequire } from 'node:module';
import { names, report } from './names.mjs';

const require = createRequire(import.meta.url);
const failed = [];
for (const name of names) {
  try {
    if (Object.keys(require(name)).length === 0) throw new Error('It has no names.');
  } catch (error) {
    failed.push(`require('${name}'): ${error.message}`);
  }
}
report(failed);
