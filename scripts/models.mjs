import { writeFileSync } from 'node:fs';
import { root } from './docs/pages.mjs';
import { forModels } from './site/for-models.mjs';

for (const [file, text] of Object.entries(forModels())) {
  writeFileSync(`${root}/${file}`, text);
  console.log(file);
}
