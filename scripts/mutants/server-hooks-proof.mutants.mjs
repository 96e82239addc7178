/** @import { Mutant } from './mutant.types.js' */

const settling = 'src/server/money/settling-store.ts';
const reserve = 'src/server/money/reserve.ts';
const charge = 'src/server/money/charge.ts';
const outer = 'src/server/engine/outer-engine.ts';
const wakes = 'src/server/engine/wakes.ts';

const caughtBy = 'server-exploration';
/** What no explored world leads to. */
const hooks = ['test/server/money/hooks.test.ts'];

/** Faults of hooks about money and of engines that the exploration of the server half has to notice. @type {readonly Mutant[]} */
export const serverHooksProofMutants = [
  {
    name: 'hooks: corrects a charge of which nothing is new',
    family: 'a correction says what is new',
    file: settling,
    find: "if (told && (!isKnown || isSameCharge(told, charge))) return 'nothing';",
    replace: "if (told && !(isKnown && !isSameCharge(charge, charge))) return isKnown ? 'call' : 'nothing';",
    caughtBy: hooks,
  },
  {
    name: 'hooks: corrects a charge by one that is not known',
    family: 'a correction says what is new',
    file: settling,
    find: "if (told && (!isKnown || isSameCharge(told, charge))) return 'nothing';",
    replace: "if (told && isSameCharge(told, charge)) return 'nothing';",
    caughtBy: hooks,
  },
  {
    name: 'hooks: never corrects',
    family: 'what is settled is what the vendor has charged',
    file: settling,
    find: "if (told && (!isKnown || isSameCharge(told, charge))) return 'nothing';",
    replace: "if (told) return 'nothing';",
    caughtBy,
  },
  {
    name: 'hooks: settles a maybe at once',
    family: 'a maybe is settled after its grace',
    file: settling,
    find: 'dueAt || now + settleMaybeAfterMs',
    replace: 'dueAt || now + settleMaybeAfterMs * 0',
    caughtBy,
  },
  {
    name: 'hooks: forgets that an end was settled',
    family: 'a charge is settled once',
    file: settling,
    find: '{ attempt, reserve, told: charge }',
    replace: '{ attempt, reserve, told: settlementTask.dueAt(state) === undefined ? told : charge }',
    caughtBy,
  },
  {
    name: 'hooks: takes a settlement that failed for one that was made',
    family: 'what was reserved is settled',
    file: settling,
    find: 'failures: failures + 1, dueAt: now + waitMs };',
    replace: 'failures: failures + 1, dueAt: now + waitMs, told: charge };',
    caughtBy,
  },
  {
    name: 'hooks: settles what has not ended',
    family: 'nothing is settled that has no end',
    file: settling,
    find: 'state.settlement !== undefined && isEnded({ status: statusOf(state) });',
    replace:
      'state.settlement !== undefined && (isEnded({ status: statusOf(state) }) || state.token.job !== undefined);',
    caughtBy,
  },
  {
    name: 'hooks: calls the settlement outside of the write',
    family: 'the ledger and the row say the same',
    file: settling,
    find: '        call.within,\n',
    replace: '        call.faultOf(undefined) ? call.within : undefined,\n',
    caughtBy,
  },
  {
    name: 'hooks: settles a job that failed without a word as free',
    family: 'what is settled is what the vendor has charged',
    file: charge,
    find: "charged: outcome?.failure.charged ?? 'maybe' };",
    replace: "charged: outcome?.failure.charged === 'yes' ? 'yes' : 'no' };",
    caughtBy,
  },
  {
    name: 'hooks: reserves again what was not given back',
    family: 'a reservation is made once',
    file: reserve,
    find: "known !== undefined && known.told?.charged !== 'no'",
    replace: "known !== undefined && known.told?.charged === 'yes'",
    caughtBy,
  },
  {
    name: 'hooks: counts each reservation as the first one',
    family: 'a reservation is made once',
    file: reserve,
    find: 'const attempt = (known?.attempt ?? 0) + 1;',
    replace: 'const attempt = known ? Math.min(known.attempt, 1) : 1;',
    caughtBy,
  },
  {
    name: 'engines: takes a wake that came too early for a step',
    family: 'an engine that lost nothing knows every job that waits',
    file: outer,
    find: 'if (!row || row.dueAt === null || row.version !== version) return;',
    replace: 'if (!row || row.dueAt === null || row.version !== version || row.owner === null) return;',
    caughtBy,
  },
  {
    name: 'engines: takes a wake of a job that somebody else has for a step',
    family: 'an engine that lost nothing knows every job that waits',
    file: outer,
    find: 'if (!row || row.dueAt === null || row.version !== version) return;',
    replace: 'if (!row || row.dueAt === null || row.version !== version || row.owner !== null) return;',
    caughtBy,
  },
  {
    name: 'engines: are not told what a write has left',
    family: 'an engine that lost nothing knows every job that waits',
    file: wakes,
    find: '    told(row);\n',
    replace: '    if (row?.dueAt === null) told(row);\n',
    caughtBy,
  },
];
