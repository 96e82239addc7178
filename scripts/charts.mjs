import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drawCharts } from './charts/drawings.mjs';

for (const [path, text] of Object.entries(await drawCharts())) {
  writeFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), text);
  console.log(path);
}
