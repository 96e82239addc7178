import { brokenCode, countFragments } from './docs/code.mjs';
import { brokenLinks } from './docs/links.mjs';
import { readPages } from './docs/pages.mjs';
import { docstringGaps } from './reference/docstrings.mjs';
import { staleReference } from './reference/fingerprint.mjs';
import { readSources } from './reference/sources.mjs';

const pages = readPages();
const sources = readSources();
const complaints = [
  ...brokenLinks(pages),
  ...docstringGaps(sources),
  ...brokenCode(pages, sources),
  ...staleReference(sources),
];

for (const complaint of complaints) console.error(complaint);
console.log(
  `${pages.length} pages, ${countFragments(pages)} blocks left out as fragments, ${complaints.length} complaints`,
);
process.exitCode = complaints.length > 0 ? 1 : 0;
