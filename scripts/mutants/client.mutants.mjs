/** @import { Mutant } from './mutant.types.js' */

const run = 'src/machines/client/run.machine.ts';
const submitStates = 'src/machines/client/run.submit-states.ts';
const endingStates = 'src/machines/client/run.ending-states.ts';
const actions = 'src/machines/client/run.actions.ts';
const guards = 'src/machines/client/run.guards.ts';
const stored = 'src/machines/client/stored-generation.ts';
const generations = 'src/machines/client/client.generations.ts';
const gallery = 'src/machines/client/client.gallery.ts';
const reconcile = 'src/machines/client/client.reconcile.ts';
const client = 'src/machines/client/client.machine.ts';
const list = 'src/machines/client/client.list.ts';
const item = 'src/machines/client/gallery-item.ts';
const itemId = 'src/machines/client/item-id.ts';

const generating = ['test/machines/client/generate.test.ts'];
const recovery = ['test/machines/client/recovery.test.ts'];
const tabs = ['test/machines/client/tabs.test.ts'];
const stores = ['test/machines/client/store.test.ts'];
const view = ['test/machines/client/view.test.ts'];
const renewing = ['test/machines/client/renew.test.ts'];
const scopes = ['test/machines/client/scope.test.ts'];
const ends = ['test/machines/client/ended.test.ts'];
const ownership = 'src/machines/client/ownership.ts';
const owners = ['test/machines/client/ownership.test.ts'];
const identity = ['test/machines/client/identity.test.ts'];
const handle = ['test/machines/client/handle.test.ts'];
const throwing = ['test/machines/client/throwing.test.ts'];

/** Queue, stored generations, gallery, reloads and tabs. @type {readonly Mutant[]} */
export const clientMutants = [
  {
    name: "takes any answer of a user's store for a stored item",
    family: 'children never throw',
    file: 'src/machines/client/checked-store.ts',
    find: 'upsertResults.includes(results[index])',
    replace: 'index in results',
    caughtBy: ['test/machines/client/store.test.ts'],
  },
  {
    name: 'submits before the generation is stored',
    family: 'never paid twice; L20',
    file: submitStates,
    find: "'lock.held': { target: 'storing', actions: 'setLockHeld' },",
    replace: "'lock.held': { target: 'following', actions: ['setLockHeld', 'reportStarted'] },",
    caughtBy: recovery,
  },
  {
    name: 'sends an interrupted submit again where it is charged twice',
    family: 'never paid twice; D6',
    file: guards,
    find: 'isRepeatable: ({ context }: Args) => context.getInput !== undefined && isReplayable(context.token.startedAt),',
    replace:
      'isRepeatable: ({ context }: Args) => isReplayable(context.token.startedAt) || context.getInput === undefined,',
    caughtBy: recovery,
  },
  {
    name: 'repeats a submit with a new key',
    family: 'law 2',
    file: stored,
    find: 'token: { version: 1, id, idempotencyKey, startedAt, cancelRequested: false },',
    replace: 'token: { version: 1, id, idempotencyKey: String(now), startedAt, cancelRequested: false },',
    caughtBy: generating,
  },
  {
    name: 'removes the generation before its item is stored',
    family: 'no paid job is lost',
    file: endingStates,
    find: "{ guard: 'isCompleted', target: 'committing' },",
    replace: "{ guard: 'isCompleted', target: 'storingEnd', actions: 'reportUnsaved' },",
    caughtBy: generating,
  },
  {
    name: 'emits a result that an earlier session has emitted',
    family: 'D6, D13, D15',
    file: 'src/machines/client/run.reports.ts',
    find: 'isOutcomeEmitted: !isAnyNew || stored.isOutcomeEmitted === true,',
    replace: 'isOutcomeEmitted: stored.isOutcomeEmitted === true,',
    caughtBy: recovery,
  },
  {
    name: 'emits an item again that had no room before a reload',
    family: 'D13',
    file: endingStates,
    find: "invoke: { id: 'update', src: 'update', input: inputs.setOutcomeEmitted },",
    replace: '',
    caughtBy: stores,
  },
  {
    name: 'gives each output another id in each session',
    family: 'D10, D15',
    file: actions,
    find: 'startedAt: stored.createdAt, origin: stored.origin };\n    return toGalleryItems(toItems(output, { ...source, id, input: getInput?.() }), id,',
    replace:
      'startedAt: stored.createdAt, origin: stored.origin };\n    return toGalleryItems(toItems(output, { ...source, id, input: getInput?.() }), id + stored.updatedAt,',
    caughtBy: recovery,
  },
  {
    name: 'makes one item of a batch',
    family: 'L18',
    file: item,
    find: 'itemIdOf(generationId, index)',
    replace: 'itemIdOf(generationId, 0 * index)',
    caughtBy: generating,
  },
  {
    name: 'gives two generations of one job the same items',
    family: 'M8',
    file: item,
    find: 'id: itemIdOf(generationId, index)',
    replace: 'id: itemIdOf(renewFrom.job.id, index)',
    caughtBy: identity,
  },
  {
    name: 'lets the id of one generation contain that of another',
    family: 'M8',
    file: itemId,
    find: ".replaceAll('/', '%2F')",
    replace: '',
    caughtBy: identity,
  },
  {
    name: 'releases the lock before another tab could go on',
    family: 'D15; no paid job is lost',
    file: actions,
    find: 'allowLockTransfer: setLockTransfer(({ stored, token }) => stored.token.job !== undefined && !token.cancelRequested),',
    replace: 'allowLockTransfer: setLockTransfer(() => true),',
    caughtBy: tabs,
  },
  {
    name: 'goes on following after its lock was lost',
    family: 'D15',
    file: run,
    find: "{ guard: 'hasLostLock', target: 'followedElsewhere' },",
    replace: '',
    caughtBy: tabs,
  },
  {
    name: 'stops a submit whose lock was lost',
    family: 'never paid twice',
    file: guards,
    find: 'hasLostLock: ({ context }: Args) => context.hasLostLock && context.stored.token.job !== undefined,',
    replace: 'hasLostLock: ({ context }: Args) => context.hasLostLock,',
    caughtBy: tabs,
  },
  {
    name: 'waits without end for locks that never answer',
    family: 'a generation is not held up',
    file: submitStates,
    find: "after: { timeout: 'storing' },",
    replace: '',
    caughtBy: tabs,
  },
  {
    name: 'takes a submit of another tab for an interrupted one',
    family: 'D15; no paid job is lost',
    file: stored,
    find: 'return windowMs - (agoMs >= 0 ? Math.min(agoMs, windowMs) : 0);',
    replace: 'return 0;',
    caughtBy: tabs,
  },
  {
    name: 'follows a job of another backend',
    family: 'M6',
    file: ownership,
    find: 'own.origin === undefined || stored.origin === own.origin;',
    replace: 'own.origin !== stored.name;',
    caughtBy: owners,
  },
  {
    name: 'removes a dismissed generation that another backend has',
    family: 'M6; no paid job is lost',
    file: reconcile,
    find: 'if (!isOfOrigin(stored, getOwner())) return',
    replace: 'if (!isOfOrigin(stored, getOwner()) && !getOwn(context.dismissed, id)) return',
    caughtBy: owners,
  },
  {
    name: "submits or clears another client's generations",
    family: 'A4; never paid twice',
    file: ownership,
    find: 'stored.name === undefined || stored.name === own.name;',
    replace: 'stored.name !== null;',
    caughtBy: owners,
  },
  {
    name: 'forgets how a generation has ended, and submits its id again',
    family: 'A5; never paid twice',
    file: 'src/machines/client/run.child-inputs.ts',
    find: '? ending(found) : found',
    replace: '? undefined : found',
    caughtBy: ends,
    hangs: true,
  },
  {
    name: 'writes a late token and message into what is left of an ended generation',
    family: 'A5',
    file: 'src/machines/client/tombstone.ts',
    find: 'stored?.ended ? stored : change(stored);',
    replace: 'change(stored);',
    caughtBy: ends,
  },
  {
    name: 'keeps every end for good',
    family: 'A5',
    file: 'src/machines/client/tombstone.ts',
    find: 'const keptEnds = 200;',
    replace: 'const keptEnds = 20_000;',
    caughtBy: ends,
  },
  {
    name: 'shows one user what another one has stored',
    family: 'M7',
    file: 'src/machines/client/scoped-store.ts',
    find: 'return store.withScope(scope);',
    replace: "return store.withScope('');",
    caughtBy: scopes,
  },
  {
    name: 'erases what is generated while it forgets',
    family: 'M7; no paid job is lost',
    file: 'src/machines/client/scoped-store.ts',
    find: '(closed ? closed.then(call, call) : call())',
    replace: 'call()',
    caughtBy: scopes,
  },
  {
    name: 'goes on following in another tab what was forgotten',
    family: 'M7',
    file: client,
    find: "'store.erased': { actions: 'dropAll' },",
    replace: "'store.erased': { actions: 'setNeedsReload' },",
    caughtBy: scopes,
    hangs: true,
  },
  {
    name: 'reads a job once for each of its items that are renewed',
    family: 'M10',
    file: 'src/machines/client/client.renewals.ts',
    find: 'if (known?.runId !== undefined) {',
    replace: 'if (known?.runId === null) {',
    caughtBy: renewing,
  },
  {
    name: 'shows the expired url again when the store is read',
    family: 'M10',
    file: gallery,
    find: 'return before && isNewer(before, item) ? before : item;',
    replace: 'return before && isNewer(before, item) && stored.length === 0 ? before : item;',
    caughtBy: renewing,
  },
  {
    name: 'reads a deleted job again each minute',
    family: 'M10; a loop that ends',
    file: 'src/machines/client/client.renewals.ts',
    find: 'isOver: failure !== undefined && isFinal(failure)',
    replace: 'isOver: false',
    caughtBy: renewing,
  },
  {
    name: 'overwrites the cancel request of another tab',
    family: 'W6',
    file: stored,
    find: 'token: { ...token, cancelRequested: token.cancelRequested || stored.token.cancelRequested },',
    replace: 'token,',
    caughtBy: tabs,
  },
  {
    name: 'stores a removed generation again',
    family: 'W6',
    file: stored,
    find: '  stored =>\n    stored && {\n      ...stored,\n      // Another tab',
    replace: '  (stored = newStored(token.id, now, {})) =>\n    stored && {\n      ...stored,\n      // Another tab',
    caughtBy: tabs,
  },
  {
    name: 'follows a cancelled generation that could not be removed',
    family: 'W6',
    file: reconcile,
    find: "if (entry?.isEndUnstored && entry.phase === 'ended' && !entry.stored) {",
    replace: "if (entry?.isEndUnstored && entry.phase === 'waiting') {",
    caughtBy: stores,
  },
  {
    name: 'shows an item again that the store has not removed yet',
    family: 'W6',
    file: gallery,
    find: '[...unsaved, ...latest].filter(({ id }) => !getOwn(context.removed, id))',
    replace: '[...unsaved, ...latest]',
    caughtBy: stores,
  },
  {
    name: 'starts an id twice',
    family: 'D9',
    file: client,
    find: "GENERATE: [{ guard: 'isNewWish', actions: 'generate' }, { actions: 'warn' }],",
    replace: "GENERATE: { actions: 'generate' },",
    caughtBy: generating,
  },
  {
    name: 'resumes a failed generation with the deadline that has passed',
    family: 'L6',
    file: stored,
    find: 'deadlineAt: undefined,\n    queuedMs: undefined,\n    runningMs: undefined,\n    step: undefined,',
    replace: '',
    caughtBy: generating,
  },
  {
    name: 'keeps a resumable failure for ten days',
    family: 'L6',
    file: reconcile,
    find: 'const resumableMs = 86_400_000;',
    replace: 'const resumableMs = 864_000_000;',
    caughtBy: recovery,
  },
  {
    name: 'submits a queued generation to cancel it',
    family: 'W6; never paid for nothing',
    file: run,
    find: "CANCEL: { target: 'coordinating.checkingCancel', actions: 'requestCancel' },",
    replace: "CANCEL: { target: 'coordinating.following', actions: 'requestCancel' },",
    caughtBy: generating,
  },
  {
    name: 'forgets a cancel when the page is reloaded before the next save',
    family: 'A1; W6',
    file: run,
    find: "CANCEL: { target: '.saving', actions: ['requestCancel', 'cancelGeneration'] },",
    replace: "CANCEL: { actions: 'cancelGeneration' },",
    caughtBy: recovery,
  },
  {
    name: 'renders all generations for the progress of one',
    family: 'law 5; W3',
    file: list,
    find: 'if (before.id !== id) return before;',
    replace: 'if (before.id !== id) return { ...before };',
    caughtBy: view,
  },
  {
    name: 'lets the list of ended generations grow',
    family: 'K5',
    file: list,
    find: 'const excess = endOrder.slice(0, Math.max(0, endOrder.length - endedLimit));',
    replace: 'const excess = endOrder.slice(0, 0);',
    caughtBy: generating,
  },
  {
    name: 'forgets the input that RETRY submits',
    family: 'W11',
    file: generations,
    find: 'return begin(sameKey ? withKeyInUse(retried, sameKey, as) : retried, as, getInput, {',
    replace: 'return begin(sameKey ? withKeyInUse(retried, sameKey, as) : retried, as, () => ({}) as TInput, {',
    caughtBy: generating,
  },
  {
    name: 'starts as soon as it is created',
    family: 'law 1',
    file: 'src/machines/client/generation-client.ts',
    find: '  return {\n    name: options.name,',
    replace: '  start();\n  return {\n    name: options.name,',
    caughtBy: handle,
  },
  {
    name: 'stops when a listener throws',
    family: 'law 3',
    file: 'src/machines/isolated.ts',
    find: '  } catch (error) {\n    printError(error);\n  }',
    replace: '  } catch (error) {\n    throw error;\n  }',
    caughtBy: handle,
  },
  {
    name: 'stops when a guard throws',
    family: 'law 3',
    file: 'src/machines/client/client.guards.ts',
    find: '    } catch (error) {\n      printError(error);\n      return false;\n    }',
    replace: '    } catch (error) {\n      throw error;\n    }',
    caughtBy: throwing,
  },
  {
    name: 'waits for ever where the first reading of the store throws',
    family: 'law 3',
    file: 'src/machines/client/client.actions.ts',
    find: "if (event.type === 'store.read') return store.setReadFailed(context, { type: event.type });",
    replace: '',
    caughtBy: throwing,
  },
  {
    name: 'keeps the slot of a step that throws until the next event',
    family: 'law 3',
    file: 'src/machines/client/client.actions.ts',
    find: 'return attempt(() => finish(context, failed)) ?? failed;',
    replace: 'return failed;',
    caughtBy: throwing,
  },
  {
    name: 'lets the runs of a client that has stopped with an error go on unseen',
    family: 'law 3',
    file: 'src/machines/client/client-session.ts',
    find: "queueMicrotask(() => leaveOrphans(actor, reason === 'forgotten'));",
    replace: '',
    caughtBy: throwing,
  },
];
