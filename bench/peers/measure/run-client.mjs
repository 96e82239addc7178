import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { toOutcome } from './outcome.mjs';

/** @import { ChildProcess } from 'node:child_process' */
/** @import { Contender } from '../clients/roster.mjs' */
/** @import { Followed } from '../clients/main.mjs' */
/** @import { JobReport } from '../server/job-server.mjs' */
/** @import { Outcome } from './outcome.mjs' */
/** @import { Plan } from './plan.mjs' */

/** How long requests and deliveries after the end of the last job are waited for. */
const lingerMs = 4_000;

const toPath = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));

/** Resolves with the next message, and rejects if the process ends without one. @param {ChildProcess} child @returns {Promise<any>} */
async function nextMessage(child) {
  const stop = new AbortController();
  const { signal } = stop;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`${child.spawnargs.at(-1)} ended with code ${code} before it had answered.`);
  });
  ended.catch(() => {});
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), ended]);
    return message;
  } finally {
    stop.abort();
  }
}

/** Starts the backend in a process of its own. */
export async function startServer() {
  const child = fork(toPath('../server/main.mjs'));
  const { url } = await nextMessage(child);
  /** @param {object} message */
  const ask = async message => {
    const answer = nextMessage(child);
    child.send(message);
    return answer;
  };
  // One question at a time, although several clients run at once.
  let last = Promise.resolve();
  /** @param {object} message @returns {Promise<any>} */
  const askInTurn = message => {
    const answer = last.then(() => ask(message));
    last = answer.catch(() => {});
    return answer;
  };
  return {
    url,
    plan: (/** @type {Plan['jobs']} */ jobs) => askInTurn({ plan: jobs }),
    /** @returns {Promise<readonly JobReport[]>} */
    report: async (/** @type {readonly string[]} */ keys) => (await askInTurn({ report: keys })).report,
    close: () => child.disconnect(),
  };
}

/** @typedef {{ outcomes: readonly Outcome[], uncaught: readonly string[], cpuMs: number, ms: number }} Measured */

/**
 * Follows the planned jobs with one client, in a process of its own.
 *
 * @param {Contender} contender
 * @param {Plan} plan
 * @param {Awaited<ReturnType<typeof startServer>>} server
 * @returns {Promise<Measured>}
 */
export async function runClient(contender, plan, server) {
  await server.plan(plan.jobs);
  const child = fork(toPath('../clients/main.mjs'), [contender.name], {
    execArgv: ['--experimental-eventsource', '--disable-warning=UNDICI-ES'],
  });
  /** @type {string[]} */
  const uncaught = [];
  /** @returns {Promise<{ followed: Followed[], cpuMs?: number }>} */
  const followedMessage = async () => {
    for (;;) {
      const message = await nextMessage(child);
      if (message.followed) return message;
      if (message.broken) throw new Error(`${contender.name} cannot be run: ${message.broken}`);
      uncaught.push(message.uncaught);
    }
  };
  const startedAt = performance.now();
  child.send({ file: contender.file, name: contender.name, url: server.url, starts: plan.starts });
  await followedMessage();
  await new Promise(resolve => setTimeout(resolve, lingerMs));
  child.send({});
  const { followed, cpuMs = Number.NaN } = await followedMessage();
  const ms = performance.now() - startedAt;
  const reports = await server.report(plan.jobs.map(({ key }) => key));
  child.disconnect();
  const outcomes = plan.jobs.map(job =>
    toOutcome(
      job,
      reports.find(({ key }) => key === job.key),
      followed.find(({ key }) => key === job.key),
    ),
  );
  return { outcomes, uncaught, cpuMs, ms };
}
