// Imports each entry point.
import { names, report } from './names.mjs';

const failed = [];
for (const name of names) {
  try {
    if (Object.keys(await import(name)).length === 0) throw new Error('It has no names.');
  } catch (error) {
    failed.push(`import '${name}': ${error.message}`);
  }
}
report(failed);
