import { spawn } from 'node:child_process';

/** What looks at the sources and at what is built of them; none of it needs another's result. */
const checks = ['types', 'lint', 'package', 'size'];

/**
 * Runs a script of the package, and prints what it has said once it has ended.
 *
 * @param {string} name
 * @returns {Promise<boolean>} whether it found nothing
 */
function run(name) {
  return new Promise((resolve, reject) => {
    const child = spawn(`npm run --silent ${name}`, {
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      // What is packed has just been built: to build it again would take it from under the others.
      env: { ...process.env, npm_config_ignore_scripts: 'true' },
    });
    /** @type {Buffer[]} */
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => said.push(chunk));
    child.on('error', reject);
    child.on('close', code => {
      process.stdout.write(`${name}: ${code === 0 ? 'right' : 'WRONG'}\n${Buffer.concat(said)}\n`);
      resolve(code === 0);
    });
  });
}

const results = await Promise.all(checks.map(run));
process.exitCode = results.every(Boolean) ? 0 : 1;
