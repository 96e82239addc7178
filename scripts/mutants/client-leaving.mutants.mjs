/** @import { Mutant } from './mutant.types.js' */

const run = 'src/machines/client/run.machine.ts';
const leavingStates = 'src/machines/client/run.leaving-states.ts';
const leaving = ['test/machines/client/leaving-submit.test.ts'];
const waiting = ['test/machines/client/waiting.test.ts'];
const wishes = ['test/machines/client/wishes.test.ts'];
const caughtBy = 'client-exploration';

/** A client that is stopped, shows another scope or forgets, and a queue that is refused. @type {readonly Mutant[]} */
export const clientLeavingMutants = [
  {
    name: 'aborts a submit whose page is left',
    family: 'no paid job is lost; M7',
    file: run,
    find: "{ guard: 'isRequesting', actions: ['setLeaving', 'reportLeft', 'detachGeneration'] },",
    replace: '',
    caughtBy,
  },
  {
    name: 'ends before the runs of a left page have ended',
    family: 'no paid job is lost; M7',
    file: 'src/machines/client/client.guards.ts',
    find: 'context.forgottenRuns.length === 0 && runIdsOf(context).length === 0',
    replace: 'context.forgottenRuns.length === 0',
    caughtBy,
  },
  {
    name: 'does not store the job that a left page gets',
    family: 'no paid job is lost; M7',
    file: leavingStates,
    find: "{ guard: 'hasChanged', target: 'saving' },",
    replace: '',
    caughtBy: leaving,
  },
  {
    name: 'submits what is being stored when its page is left',
    family: 'M7',
    file: 'src/machines/client/run.submit-states.ts',
    find: "LEAVE: { target: 'withdrawingUnsent', actions: ['setLeaving', 'reportLeft'] },",
    replace: "LEAVE: { actions: ['setLeaving', 'reportLeft'] },",
    caughtBy: leaving,
  },
  {
    name: 'leaves what was not submitted in the store',
    family: 'each reason is told; M7',
    file: 'src/machines/client/run.submit-states.ts',
    find: "LEAVE: { target: 'withdrawingUnsent', actions: ['setLeaving', 'reportLeft'] },",
    replace: "LEAVE: { target: '#run.ended', actions: ['setLeaving', 'reportLeft'] },",
    caughtBy: leaving,
  },
  {
    name: 'keeps the reason of a left page to itself',
    family: 'each reason is told; M7',
    file: leavingStates,
    find: "{ guard: 'isFailed', target: 'storingFailure', actions: 'setFailure' },",
    replace: '',
    caughtBy,
  },
  {
    name: 'sends a refused submit again from a left page',
    family: 'M7',
    file: 'src/machines/client/run.ending-states.ts',
    find: "{ guard: 'isLeaving', target: 'concludingLeft' },",
    replace: '',
    caughtBy: leaving,
  },
  {
    name: 'gives up storing the job of a left page when a write fails',
    family: 'no paid job is lost; M7',
    file: leavingStates,
    find: "'store.failed': 'pausing' },",
    replace: "'store.failed': '#run.ended' },",
    caughtBy: leaving,
  },
  {
    name: 'aborts a submit that another tab forgets',
    family: 'no paid job is lost; M7',
    file: 'src/machines/client/client.store.ts',
    find: 'stops: renewalIdsOf(context),',
    replace: 'stops: [...renewalIdsOf(context), ...runIdsOf(context)],',
    caughtBy: leaving,
  },
  {
    name: 'forgets without waiting for the answer of a submit',
    family: 'each reason is told; M7',
    file: 'src/machines/client/generation-client.ts',
    find: 'left: left.then(mergeLeft),',
    replace: 'left: Promise.resolve({}),',
    caughtBy: leaving,
  },
  {
    name: 'forbids a retry by its id instead of its key',
    family: 'M7; M2',
    file: 'src/machines/client/forgetting.context.ts',
    find: 'const { idempotencyKey = id } = getOwn(entries, id) ?? {};',
    replace: 'const idempotencyKey = id;',
    caughtBy: leaving,
  },
  {
    name: 'lets a refused submit go first again',
    family: 'M4',
    file: 'src/machines/client/client.queue.ts',
    find: '...withLastTurn(context, id),',
    replace: '...context,',
    caughtBy: waiting,
  },
  {
    name: 'asks a backend that always refuses without end',
    family: 'M4',
    file: 'src/machines/client/run.ending-states.ts',
    find: "{ guard: 'isRefusedTooOften', target: 'storingEnd', actions: ['endRefused', 'reportEnd'] },",
    replace: '',
    caughtBy: waiting,
  },
  {
    name: 'gives a submit up that was refused ten times within seconds',
    family: 'M4',
    file: 'src/machines/client/run.refusals.ts',
    find: ' && now - refusals.firstAt >= refusalPatienceMs',
    replace: '',
    caughtBy: waiting,
  },
  {
    name: 'sends a key again that was answered',
    family: 'shown once; M2',
    file: 'src/machines/client/client.wishes.ts',
    find: '? updateGeneration(next, id, { unanswered: undefined })',
    replace: '? updateGeneration(next, id, {})',
    caughtBy: wishes,
  },
];
