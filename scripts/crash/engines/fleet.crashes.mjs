import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startPostgres } from '../../services/postgres.mjs';
import { startRedis } from '../../services/redis.mjs';
import { firstBalance, readBalance, readLines, tables } from '../money/ledger.mjs';
import { startGateway } from '../server/gateway.mjs';
import { startScript, startVendor } from '../server/halves.mjs';
import { openPage } from '../server/page.mjs';
import { cutEngine } from './cut.mjs';
import { createLeases } from './leases.mjs';
import { planBlows } from './plan.mjs';
import { keptPorts } from './ports.mjs';

/**
 * @typedef {import('./engine-crash.types.ts').EngineName} EngineName
 * @typedef {import('./engine-crash.types.ts').FleetPlan} FleetPlan
 * @typedef {import('./engine-crash.types.ts').FleetReport} FleetReport
 * @typedef {import('./engine-crash.types.ts').PartInput} PartInput
 */

const roles = /** @type {const} */ (['handler', 'handler', 'worker', 'worker']);
const answerMs = 300;
/** How long what is left may take after the last blow, in ms, and how often it is looked at. */
const patienceMs = 300_000;
const lookEveryMs = 200;

/**
 * Kills handlers and workers, restarts their database and cuts the connections of their engine, while pages generate, and tells what became of it.
 *
 * @param {object} options
 * @param {EngineName} options.engine
 * @param {{ readonly part: string, readonly vendor: string }} options.scripts
 * @param {FleetPlan} options.plan
 * @param {() => number} options.random from 0 to 1
 * @returns {Promise<FleetReport>}
 */
export async function crashFleet({ engine, scripts, plan, random }) {
  const beganAt = Date.now();
  const [postgres, redis] = await Promise.all([startPostgres(), engine === 'bullmq' ? startRedis() : undefined]);
  const vendor = await startVendor(scripts.vendor, { answerMs, slowMs: answerMs });
  const ports = await keptPorts(roles.length);
  /** @type {Awaited<ReturnType<typeof startGateway>>[]} */
  const gateways = [];
  const openGateway = async (/** @type {readonly number[]} */ order) => {
    const gateway = await startGateway(order);
    gateways.push(gateway);
    return gateway.url;
  };
  const handlerPorts = ports.filter((_, at) => roles[at] === 'handler');
  const publicUrl = await openGateway(handlerPorts);
  const leases = createLeases();

  /** @param {number} at */
  const startPart = at => {
    /** @type {PartInput} */
    const input = {
      ...{ role: roles[at] ?? 'worker', engine, leaseMs: plan.leaseMs },
      ...{ postgresUrl: postgres.url, redisUrl: redis?.url, vendorUrl: vendor.url, publicUrl, port: ports[at] ?? 0 },
    };
    const part = { isKilled: false };
    /** @type {(value?: unknown) => void} */
    let open = () => {};
    const isUp = new Promise(resolve => {
      open = resolve;
    });
    const { child, ended } = startScript(scripts.part, input, line => {
      if (line.startsWith('{')) leases.hear(part, JSON.parse(line));
      else if (line === 'listening') open();
    });
    // A run that is ended by force leaves nothing running.
    const end = () => void child.kill('SIGKILL');
    process.once('exit', end);
    const died = ended.then(() => {
      process.off('exit', end);
      if (!part.isKilled) throw new Error(`A ${input.role} has ended by itself.`);
    });
    died.catch(() => {});
    return Object.assign(part, { child, ended, died, isUp });
  };
  const pool = new pg.Pool({ connectionString: postgres.url, max: 1 });
  pool.on('error', () => {});
  for (const statement of [...tables, firstBalance]) await pool.query(statement);
  const parts = roles.map((_, at) => startPart(at));

  const kill = async (/** @type {(typeof parts)[number]} */ part) => {
    part.isKilled = true;
    const killedAt = Date.now();
    part.child.kill('SIGKILL');
    await part.ended;
    leases.bury(part, killedAt);
  };

  let isOver = false;
  let quietSince = Date.now();
  /** Whether nothing can come any more for a page that has no picture. */
  const isHopeless = async () => {
    const { waiting, running } = await vendor.counts();
    if (waiting > 0 || running > 0 || !isOver) quietSince = Date.now();
    return isOver && Date.now() - quietSince > 3 * plan.leaseMs;
  };
  /** @type {ReturnType<typeof openPage>[]} */
  const opened = [];
  let wishes = 0;
  const below = (/** @type {number} */ count) => Math.floor(random() * count);
  /** One place for wishes: the next one begins when the one before has an end, or has waited for long. @param {number} place */
  const generate = async place => {
    while (!isOver) {
      const order = place % 2 ? handlerPorts.toReversed() : handlerPorts;
      wishes += 1;
      const page = openPage({
        ...{ key: `wish-${wishes}`, url: await openGateway(order), isHopeless },
        reloadsAt: Array.from({ length: below(3) }, () => 20 + below(1_500)),
      });
      page.ended.catch(() => {});
      opened.push(page);
      await Promise.race([page.ended, sleep(3_000 + below(3_000))]).catch(() => {});
    }
  };

  try {
    const places = Array.from({ length: plan.pages }, (_, place) => generate(place));
    for (const blow of planBlows(random, plan)) {
      await sleep(blow.pauseMs);
      if (blow.kind === 'restart') await postgres.restart('crash');
      else if (blow.kind === 'cut') await cutEngine({ engine, postgresUrl: postgres.url, redisUrl: redis?.url });
      else {
        const at = Math.floor(blow.at * parts.length);
        const part = parts[at];
        if (!part) throw new RangeError(`There is no part ${at}.`);
        // One that has done nothing yet is no loss to anybody.
        await Promise.race([part.isUp, part.died]);
        await sleep(Math.floor(random() * plan.pauseMs));
        await kill(part);
        parts[at] = startPart(at);
      }
    }
    quietSince = Date.now();
    isOver = true;
    await Promise.all(places);
    const died = Promise.race(parts.map(part => part.died)).then(() => undefined);
    const ends = await Promise.race([
      Promise.all(opened.map(({ ended }) => ended)),
      died.then(() => /** @type {never} */ (undefined)),
      sleep(patienceMs, undefined, { ref: false }).then(() => {
        throw new Error('Not every page has an end.');
      }),
    ]);
    let unended = Number.NaN;
    for (const endsAt = Date.now() + patienceMs; Date.now() < endsAt; await sleep(lookEveryMs)) {
      // A row that has ended is due as long as its money is not settled.
      const { rows } = await pool.query(
        'select count(*) as count from generation_jobs where ended_at is null or due_at is not null',
      );
      unended = Number(rows[0]?.count);
      if (unended === 0) break;
    }
    const { paid } = await vendor.counts();
    const ledger = {
      lines: (await pool.query(readLines)).rows,
      balance: Number((await pool.query(readBalance)).rows[0]?.balance),
    };
    return {
      ...{ ledger, paid },
      ...{ engine, kills: plan.kills, restarts: plan.restarts, cuts: plan.cuts, unended },
      takeOvers: leases.takeOvers,
      seconds: Math.round((Date.now() - beganAt) / 1_000),
      wishes: opened.map(({ key, seen }, at) => ({
        ...{ key, reloads: seen.reloads, retries: seen.retries, paid: paid[key] ?? 0 },
        ...{ result: ends[at]?.result ?? 'wrong', words: ends[at]?.words },
      })),
    };
  } finally {
    isOver = true;
    await pool.end();
    await Promise.all(parts.map(kill));
    for (const gateway of gateways) gateway.close();
    await vendor.close();
    await Promise.all([postgres.stop(), redis?.stop()]);
  }
}
