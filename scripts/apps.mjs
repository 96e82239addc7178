import { galleryApps } from './apps/gallery-apps.mjs';
import { importMap } from './apps/import-map.mjs';
import { managerApps } from './apps/manager-apps.mjs';
import { nextApps } from './apps/next-apps.mjs';
import { templateApps } from './apps/template-apps.mjs';

const apps = [...nextApps, ...galleryApps, importMap, ...templateApps, ...managerApps];
const steps = /** @type {const} */ (['install', 'build', 'click']);
const [only] = process.argv.slice(2);
// `template` names each app whose name begins with it.
const chosen = apps.filter(({ name }) => only === undefined || name === only || name.startsWith(`${only}-`));
if (chosen.length === 0) {
  console.error(`There is no app ${only}. Name one, or how some begin: ${apps.map(({ name }) => name).join(', ')}.`);
  process.exit(1);
}

/** The line that says why, of all that a command has printed. @param {string} message */
function reasonIn(message) {
  const [first = '', ...lines] = message.split('\n');
  return (lines.find(line => /error/i.test(line)) ?? first).trim().slice(0, 100);
}

/** A line of the table: how long each step has taken. @param {import('./apps/apps.types.ts').App} app */
async function checkApp({ name, note, open }) {
  const row = {
    name,
    install: '–',
    build: '–',
    click: '–',
    result: note === undefined ? 'passed' : `passed (${note})`,
  };
  const app = open();
  try {
    for (const step of steps) {
      const act = app[step];
      if (!act) continue;
      const startedAt = performance.now();
      await act();
      row[step] = `${Math.round((performance.now() - startedAt) / 1_000)} s`;
      console.log(`${name}: ${step} passed (${row[step]})`);
    }
    return row;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    console.log(`${name}: failed\n${message}`);
    return { ...row, result: `failed: ${reasonIn(message)}` };
  } finally {
    app.remove();
  }
}

const rows = [];
for (const app of chosen) rows.push(await checkApp(app));
console.table(rows);
process.exitCode = rows.every(({ result }) => result.startsWith('passed')) ? 0 : 1;
