import { roster } from '../clients/roster.mjs';
import { faultNames, faults } from '../server/faults.mjs';
import { planCalm, planFaults, warmUpMs } from './plan.mjs';
import { runClient, startServer } from './run-client.mjs';
import { countReads } from './simulated.mjs';
import { summarize } from './summary.mjs';

/** @import { Contender } from '../clients/roster.mjs' */
/** @import { Size } from './plan.mjs' */
/** @import { Measured } from './run-client.mjs' */
/** @import { Summary } from './summary.mjs' */

/**
 * @typedef {object} Row what was seen of one client
 * @property {Contender} contender
 * @property {Summary} calm all jobs without a fault
 * @property {readonly { classMs: number, summary: Summary }[]} classes the same, by how long they take
 * @property {readonly { fault: string, title: string, summary: Summary }[]} faults
 * @property {number} cpuMs of a job without a fault, in the client's process
 * @property {readonly string[]} uncaught errors that nobody could catch
 *
 * @typedef {{ rows: readonly Row[], simulated: { ours: number, loop: number, jobMs: number } }} Result
 */

/**
 * @template T, U
 * @param {readonly T[]} items
 * @param {number} atOnce
 * @param {(item: T, index: number) => Promise<U>} work
 * @returns {Promise<U[]>} in the order of the items
 */
async function mapSome(items, atOnce, work) {
  /** @type {U[]} */
  const results = [];
  const rest = items.entries();
  const run = async () => {
    for (const [index, item] of rest) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: atOnce }, run));
  return results;
}

/** @param {Contender} contender @param {Measured} calm @param {Measured} faulty @param {Size} size @returns {Row} */
function toRow(contender, calm, faulty, size) {
  const counted = calm.outcomes.filter(({ classMs }) => classMs !== warmUpMs);
  return {
    contender,
    calm: summarize(counted),
    classes: size.classesMs.map(classMs => ({
      classMs,
      summary: summarize(counted.filter(outcome => outcome.classMs === classMs)),
    })),
    faults: faultNames.map(fault => ({
      fault,
      title: faults[fault].title,
      summary: summarize(faulty.outcomes.filter(outcome => outcome.fault === fault)),
    })),
    cpuMs: calm.cpuMs / calm.outcomes.length,
    uncaught: [...calm.uncaught, ...faulty.uncaught],
  };
}

/**
 * Measures each client: first without a fault, one after the other, then with all faults.
 *
 * @param {Size} size
 * @param {(name: string) => boolean} isWanted
 * @param {(line: string) => void} log
 * @returns {Promise<Result>}
 */
export async function measure(size, isWanted, log) {
  const contenders = roster.filter(({ name }) => isWanted(name));
  const server = await startServer();
  try {
    const calm = await mapSome(contenders, size.calmAtOnce, async (contender, index) => {
      log(`no fault: ${contender.name}`);
      return runClient(contender, planCalm(`calm-${index}`, size), server);
    });
    const faulty = await mapSome(contenders, size.faultsAtOnce, async (contender, index) => {
      log(`faults: ${contender.name}`);
      return runClient(contender, planFaults(`fault-${index}`, size), server);
    });
    const rows = contenders.map((contender, index) => {
      const [ofCalm, ofFaulty] = [calm[index], faulty[index]];
      if (!ofCalm || !ofFaulty) throw new Error(`${contender.name} was not measured.`);
      return toRow(contender, ofCalm, ofFaulty, size);
    });
    return { rows, simulated: await countReads() };
  } finally {
    server.close();
  }
}
