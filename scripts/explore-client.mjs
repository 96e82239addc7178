import path from 'node:path';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';

/**
 * Explores the client of a folder within bounds, and prints one line of JSON. It runs in its own process, so that it can
 * also explore a client with a seeded fault.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    form: { type: 'string', default: 'full' },
    only: { type: 'string', multiple: true },
    table: { type: 'boolean' },
  },
});
const [folder = '.'] = positionals;

/** @template T @param {string} file @returns {Promise<T>} */
async function load(file) {
  const root = path.resolve(folder);
  const alias = [
    { find: /^generation-lifecycle$/, replacement: path.join(root, 'src/machines/index.ts') },
    { find: /^generation-lifecycle\/(.+)$/, replacement: `${path.join(root, 'src')}/$1/index.ts` },
  ];
  const { module } = await runnerImport(path.join(root, file), { root, configFile: false, resolve: { alias } });
  return /** @type {T} */ (module);
}

/** @type {typeof import('../test/model/client/bounds.js')} */
const { bounds } = await load('test/model/client/bounds.ts');
/** @type {typeof import('../test/model/client/search.js')} */
const { exploreClient } = await load('test/model/client/search.ts');

const form = Object.entries(bounds).find(([name]) => name === values.form)?.[1] ?? [];
if (form.length === 0) throw new Error(`--form is one of ${Object.keys(bounds).join(', ')}, not ${values.form}`);
/** @type {object[]} */
const explorations = [];
/** @returns {object} */
function exploreAll() {
  try {
    for (const one of form.filter(({ name }) => !values.only || values.only.includes(name))) {
      const began = performance.now();
      const exploration = { ...exploreClient(one), seconds: (performance.now() - began) / 1_000 };
      if (values.table) console.log(exploration);
      explorations.push(exploration);
    }
    return { explorations };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ClientViolation') throw error;
    return { code: 'violated', message: error.message };
  }
}

const { message, ...figures } = /** @type {{ message?: string }} */ (exploreAll());
if (values.table && message) console.log(message);
else console.log(JSON.stringify({ ...figures, message }));
