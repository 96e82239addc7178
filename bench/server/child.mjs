import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A process of the measurement, which answers one order after the other. @param {string} name @param {unknown} [input] */
export async function startChild(name, input = {}) {
  const file = new URL(`processes/${name}.mjs`, import.meta.url);
  const child = fork(file, [JSON.stringify(input)], { execArgv: ['--expose-gc', '--no-warnings'] });
  const exited = once(child, 'exit');
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));

  const answer = async () => {
    const [message] = await Promise.race([
      once(child, 'message'),
      exited.then(([code]) => {
        throw new Error(`The process ${name} ended with ${code}.`);
      }),
    ]);
    if (message.error) throw new Error(message.error);
    return message;
  };
  const first = await answer();
  return {
    pid: Number(child.pid),
    first,
    /** @param {unknown} order @returns {Promise<any>} */
    async ask(order) {
      const answered = answer();
      child.send(/** @type {import('node:child_process').Serializable} */ (order));
      return (await answered).answer;
    },
    async end() {
      if (child.exitCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}
