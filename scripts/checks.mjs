import { spawn } from 'node:child_process';

/** @typedef {{ name: string, args?: string, toReport?: (output: string, passed: boolean) => string }} Check */

/** A passed check has nothing to add. @param {string} output @param {boolean} passed */
const onlyFailures = (output, passed) => (passed ? '' : output);

/** One line for each size that is measured. @param {string} output */
function toSizes(output) {
  // A build that fails prints text instead.
  if (!output.startsWith('[')) return output;
  /** @type {readonly { name: string, passed: boolean, size: number, sizeLimit: number }[]} */
  const sizes = JSON.parse(output);
  const toKb = (/** @type {number} */ bytes) => (bytes / 1_000).toFixed(2).padStart(5);
  return sizes
    .map(
      ({ name, passed, size, sizeLimit }) =>
        `  ${toKb(size)} of ${toKb(sizeLimit)} kB  ${name}${passed ? '' : ': over the limit'}\n`,
    )
    .join('');
}

/** What looks at the sources and at the build. None of them needs another's result. @type {readonly Check[]} */
const checks = [
  { name: 'types' },
  { name: 'lint' },
  { name: 'knip' },
  { name: 'package' },
  { name: 'size', args: ' -- --json', toReport: toSizes },
];

/**
 * Runs a script of the package, and prints its result once it has ended.
 *
 * @param {Check} check
 * @returns {Promise<boolean>} whether it passed
 */
function run({ name, args = '', toReport = onlyFailures }) {
  return new Promise((resolve, reject) => {
    const child = spawn(`npm run --silent ${name}${args}`, {
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      // The package has just been built. Packing would build it again while the other checks read it.
      env: { ...process.env, npm_config_ignore_scripts: 'true' },
    });
    /** @type {Buffer[]} */
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', code => {
      const passed = code === 0;
      const report = toReport(Buffer.concat(chunks).toString(), passed);
      process.stdout.write(`${name} ${passed ? 'passed' : 'failed'}\n${report}`);
      resolve(passed);
    });
  });
}

const results = await Promise.all(checks.map(run));
process.exitCode = results.every(Boolean) ? 0 : 1;
