import path from 'node:path';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';

/**
 * Explores the client or the server half of a folder within bounds, and prints one line of JSON. It runs in its own process, so that it can
 * also explore one with a seeded fault.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    of: { type: 'string', default: 'client' },
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

/** @type {Record<string, () => Promise<{ bounds: Record<string, readonly { name: string }[]>, explore: (bounds: never) => object | Promise<object> }>>} */
const models = {
  async client() {
    /** @type {typeof import('../test/model/client/bounds.js')} */
    const { bounds } = await load('test/model/client/bounds.ts');
    /** @type {typeof import('../test/model/client/search.js')} */
    const { exploreClient } = await load('test/model/client/search.ts');
    return { bounds, explore: exploreClient };
  },
  async server() {
    /** @type {typeof import('../test/model/server/bounds.js')} */
    const { bounds } = await load('test/model/server/bounds.ts');
    /** @type {typeof import('../test/model/server/search.js')} */
    const { exploreServer } = await load('test/model/server/search.ts');
    return { bounds, explore: exploreServer };
  },
};

const model = await models[values.of]?.();
if (!model) throw new Error(`--of is one of ${Object.keys(models).join(', ')}, not ${values.of}`);
const form = model.bounds[values.form] ?? [];
if (form.length === 0) throw new Error(`--form is one of ${Object.keys(model.bounds).join(', ')}, not ${values.form}`);
/** @type {object[]} */
const explorations = [];
/** @returns {Promise<object>} */
async function exploreAll() {
  try {
    for (const one of form.filter(({ name }) => !values.only || values.only.includes(name))) {
      const began = performance.now();
      const figures = await model?.explore(/** @type {never} */ (one));
      const exploration = { ...figures, seconds: (performance.now() - began) / 1_000 };
      if (values.table) console.log(exploration);
      explorations.push(exploration);
    }
    return { explorations };
  } catch (error) {
    if (!(error instanceof Error) || !/^(?:Client|Server)Violation$/.test(error.name)) throw error;
    return { code: 'violated', message: error.message };
  }
}

const { message, ...figures } = /** @type {{ message?: string }} */ (await exploreAll());
if (values.table && message) console.log(message);
else console.log(JSON.stringify({ ...figures, message }));
