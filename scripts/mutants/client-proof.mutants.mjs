/** @import { Mutant } from './mutant.types.js' */

const run = 'src/machines/client/run.machine.ts';
const submitStates = 'src/machines/client/run.submit-states.ts';
const endingStates = 'src/machines/client/run.ending-states.ts';
const guards = 'src/machines/client/run.guards.ts';
const reports = 'src/machines/client/client.reports.ts';
const gallery = 'src/machines/client/client.gallery.ts';
const reconcile = 'src/machines/client/client.reconcile.ts';

const caughtBy = 'client-exploration';

/** Faults of run and client that the exploration of both has to notice. @type {readonly Mutant[]} */
export const clientProofMutants = [
  {
    name: 'does not store a failure that can be resumed',
    family: 'no paid job is lost; L6',
    file: endingStates,
    find: "{ guard: 'isResumable', target: 'storingFailure', actions: ['setFailure', 'reportEnd'] },",
    replace: "{ guard: 'isResumable', target: 'storingEnd', actions: ['setFailure', 'reportEnd'] },",
    caughtBy,
  },
  {
    name: 'removes the generation while its items are being stored',
    family: 'no paid job is lost; D15',
    file: endingStates,
    find: "invoke: { id: 'commit', src: 'commit', input: inputs.commit },",
    replace:
      "invoke: [{ id: 'update', src: 'update', input: inputs.end }, { id: 'commit', src: 'commit', input: inputs.commit }],",
    caughtBy,
  },
  {
    name: 'reports that nothing was charged while the generation is still stored',
    family: 'never paid for nothing; W6',
    file: submitStates,
    find: "{ guard: 'isCancelRequested', target: 'withdrawing', actions: 'endNotSubmitted' },",
    replace: "{ guard: 'isCancelRequested', target: 'following', actions: ['endNotSubmitted', 'reportEnd'] },",
    caughtBy,
  },
  {
    name: 'does not renew a resumed generation that is cancelled at once',
    family: 'L6; W6',
    file: run,
    find: "{ guard: and(['isCancelRequested', 'isResumed']), target: 'renewing' },",
    replace: '',
    caughtBy,
  },
  {
    name: 'does not read the store when it gets the lock',
    family: 'D15; a failed one stays failed',
    file: run,
    find: "'lock.held': { target: 'reading', actions: 'setLockHeld' },",
    replace: "'lock.held': { target: 'deciding', actions: 'setLockHeld' },",
    caughtBy,
  },
  {
    name: 'goes on with a generation that was removed',
    family: 'D15',
    file: guards,
    find: "event.tombstone !== undefined || (context.origin === 'found' && !event.stored),",
    replace: "context.origin === 'requested' && !event.stored,",
    caughtBy,
  },
  {
    name: 'takes an interrupted submit for one that was never sent',
    family: 'never paid twice; D6',
    file: run,
    find: "{ target: 'storingEnd', actions: ['endInterrupted', 'reportEnd'] },",
    replace: "{ target: 'waitingForSlot' },",
    caughtBy,
  },
  {
    name: 'emits a result in each session that commits it',
    family: 'D13; one tab notifies',
    file: 'src/machines/client/run.reports.ts',
    find: "const isAnyNew = items.length === 0 || !results || results.includes('added');",
    replace: 'const isAnyNew = true;',
    caughtBy,
  },
  {
    name: 'names items by their position alone',
    family: 'D10; nothing of one reaches another',
    file: 'src/machines/client/gallery-item.ts',
    find: 'id: itemIdOf(generationId, index)',
    replace: "id: itemIdOf('any', index)",
    caughtBy,
  },
  {
    name: 'keeps its slot when it has ended',
    family: 'a generation is not held up',
    file: reports,
    find: "{ phase: 'ended', stored, storageError, isStored: false, unanswered }",
    replace: "{ phase: 'active', stored, storageError, isStored: false, unanswered }",
    caughtBy,
  },
  {
    name: 'lets all run at once',
    family: 'a queue is a queue',
    file: 'src/machines/client/client.queue.ts',
    find: 'const freeCount = Math.max(0, concurrency - activeCount);',
    replace: 'const freeCount = Math.max(activeCount, concurrency);',
    caughtBy,
  },
  {
    name: 'lists an item again that is listed',
    family: 'D10, D13',
    file: gallery,
    find: '[...items.filter(item => !isListed(item)), ...listed]',
    replace: '[...items.filter(item => !isListed(item) || items.length > 0), ...listed]',
    caughtBy,
  },
  {
    name: 'shows a generation as running that another tab has ended',
    family: 'L20; W4',
    file: reconcile,
    find: "if (isForeign || (phase === 'endedElsewhere' && !runId)) return",
    replace: 'if (isForeign) return',
    caughtBy,
  },
  {
    name: 'reports that nothing was charged of an id that runs in another session',
    family: 'A5; each outcome is reported as it is',
    file: submitStates,
    find: "{ guard: 'isFound', target: 'foundElsewhere', actions: ['setStored', 'setFound'] },",
    replace: '',
    caughtBy,
  },
  {
    name: 'fails a generation whose result is stored',
    family: 'A5; each outcome is reported as it is',
    file: run,
    find: "{ guard: 'hasItems', target: 'storingEnd', actions: ['setItems', 'setCompleted', 'reportFoundEnd'] },",
    replace: '',
    caughtBy,
  },
  {
    name: 'submits an id again that has ended in another tab',
    family: 'A5; never paid twice',
    file: submitStates,
    find: "{ guard: 'isEndFound', target: 'findingItems', actions: 'setTombstone' },\n          { guard: 'wasStored', target: 'foundElsewhere', actions: ['setStored', 'setFound'] },\n          { guard: 'isCancelRequested', target: 'withdrawing'",
    replace: "{ guard: 'isCancelRequested', target: 'withdrawing'",
    caughtBy,
  },
];
