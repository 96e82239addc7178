import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where the files of the repository are on the web. @param {{ homepage: string }} manifest */
const siteOf = ({ homepage }) => homepage.replace(/#.*/, '');

/**
 * The README as the package has it. The package has no other page, so its links lead to the repository.
 *
 * @param {string} text
 * @param {{ homepage: string }} manifest
 */
export function toPacked(text, manifest) {
  const site = siteOf(manifest);
  // What is shown, then what is opened.
  return text
    .replace(/(!\[[^\]]*\]\()(?![a-z]+:|#)/g, `$1${site}/raw/HEAD/`)
    .replace(/(\]\()(?![a-z]+:|#)/g, `$1${site}/blob/HEAD/`);
}

/** The README as the repository has it: the inverse of {@link toPacked}. @param {string} text @param {{ homepage: string }} manifest */
export const toUnpacked = (text, manifest) =>
  text.replaceAll(`](${siteOf(manifest)}/raw/HEAD/`, '](').replaceAll(`](${siteOf(manifest)}/blob/HEAD/`, '](');

// npm takes the file that is here. `prepack` writes it anew, and `postpack` puts it back.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const text = toUnpacked(readFileSync(`${root}README.md`, 'utf8'), manifest);
  writeFileSync(`${root}README.md`, process.argv[2] === '--pack' ? toPacked(text, manifest) : text);
}
