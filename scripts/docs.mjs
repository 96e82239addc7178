import { brokenCode, countFragments } from './docs/code.mjs';
import { brokenLinks } from './docs/links.mjs';
import { readPages } from './docs/pages.mjs';
import { docstringGaps } from './reference/docstrings.mjs';
import { staleReference } from './reference/fingerprint.mjs';
import { readSources } from './reference/sources.mjs';

const pages = readPages();
const sources = readSources();
const problems = [
  ...brokenLinks(pages),
  ...docstringGaps(sources),
  ...brokenCode(pages, sources),
  ...staleReference(sources),
];

for (const problem of problems) console.error(problem);
console.log(`${pages.length} pages, ${countFragments(pages)} code fragments not compiled, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
