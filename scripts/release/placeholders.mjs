import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const manifest = fileURLToPath(new URL('../../package.json', import.meta.url));

/** What stands in `package.json` until it is known. CONTRIBUTING.md says where to replace it. */
const placeholder = 'https://example.com/OWNER/';

/** The members of a manifest that are not known yet. @param {Record<string, unknown>} members @returns {string[]} */
export const placeholdersIn = members =>
  ['repository', 'homepage', 'bugs'].filter(name => {
    const text = JSON.stringify(members[name]);
    return text === undefined || text.includes(placeholder);
  });

/** Refuses to publish a package that says it is somewhere else than it is. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const unknown = placeholdersIn(JSON.parse(readFileSync(manifest, 'utf8')));
  // A dry run publishes nothing.
  if (unknown.length > 0 && process.env['npm_config_dry_run'] !== 'true') {
    console.error(
      `Nothing is published: ${unknown.join(', ')} in package.json ${unknown.length > 1 ? 'are' : 'is'} still a placeholder. Put the address of the repository there.`,
    );
    process.exitCode = 1;
  }
}
