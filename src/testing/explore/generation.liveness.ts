import type { AnyStateMachine, EventObject } from 'xstate';
import { longestDelayMs } from '../../machines/reads/delays.js';
import type { ExploredSituation, Monitor } from './explore.types.js';
import { isAboutSubmit } from './generation.effects.js';
import { canReach, violation } from './graph.js';

type GenerationMonitor<TMemory = unknown> = Monitor<AnyStateMachine, TMemory>;
type Here = ExploredSituation<AnyStateMachine>;

const isFollowing = (here: Here | undefined): here is Here => here?.snapshot.matches('following') ?? false;
const isNamed = (id: string, names: readonly string[]) => names.some(name => id.startsWith(`xstate.after.${name}.`));
const isArmed = ({ delays }: Here, ...names: readonly string[]) => delays.some(({ id }) => isNamed(id, names));

/** Whether the page is asleep, as the chart knows it: only the child `page` reports it. A page that sends ATTACH is awake. */
const isPageAsleep = (before: boolean, event: EventObject | undefined, here: Here | undefined) =>
  event?.type === 'page.asleep' && here?.children.includes('page')
    ? true
    : before && event?.type !== 'page.woke' && event?.type !== 'ATTACH';

/** By delays, `page.woke`, GENERATE and ATTACH: without the backend. */
const canEnd: GenerationMonitor = {
  name: 'an end can be reached',
  initial: null,
  check: () => null,
  checkGraph(graph) {
    const isEnd = (state: number) => graph[state]?.snapshot.status === 'done';
    const ending = canReach(
      graph,
      isEnd,
      edge => edge.isFired || ['GENERATE', 'ATTACH', 'page.woke'].includes(edge.event.type),
    );
    const state = graph.findIndex((_, index) => !ending.has(index));
    return state < 0 ? undefined : { state, reason: 'from here no end can be reached without the backend' };
  },
};

const phaseOf = ({ snapshot }: Here) => snapshot.context.shown.phase === 'queued';

const deadlineHolds: GenerationMonitor<{ readonly isPast: boolean; readonly isAsleep: boolean }> = {
  name: 'the deadline holds',
  initial: { isPast: false, isAsleep: false },
  check(memory, { event, isFired, before, after, effects }) {
    if (isFollowing(after) && !isArmed(after, 'deadline')) return violation('following without a deadline');
    const touched = effects.some(
      effect => (effect.type === 'arm' || effect.type === 'disarm') && isNamed(effect.delay, ['deadline']),
    );
    // Each phase has a deadline of its own. The estimate's timer stands in the same state: its length is absolute, too.
    const isSamePhase = before && phaseOf(before) === phaseOf(after);
    const isEstimate = isFired && event !== undefined && isNamed(event.type, ['estimateDelay']);
    if (isFollowing(before) && isFollowing(after) && touched && isSamePhase && !isEstimate)
      return violation(`${event?.type} arms it again`);

    const isActive = after.snapshot.status === 'active';
    // The deadline is checked again on ATTACH.
    if (after.snapshot.matches('detached') || after.snapshot.matches('cancelling'))
      return { isPast: false, isAsleep: false };
    if (memory.isPast && isFired && isActive) return violation('a second delay has fired after it, without an outcome');
    const isDeadline = isFired && event !== undefined && isNamed(event.type, ['deadline']);
    const isPast = memory.isPast || isDeadline || after.snapshot.matches('expiring');
    const isAsleep = isPageAsleep(memory.isAsleep, event, before);
    if (isPast && isActive && !isAsleep && after.delays.length === 0)
      return violation('it has passed, and no delay leads to an outcome');
    return { isPast, isAsleep };
  },
};

const betweenReads = ['readGap', 'streamReadInterval', 'pollDelay', 'firstReadDelay', 'snapshotDelay'];

const isOfStream = (event: EventObject | undefined) =>
  event !== undefined &&
  (event.type.startsWith('stream.') || event.type === 'job.progressed' || event.type === 'job.changed');

const readsGoOn: GenerationMonitor<boolean> = {
  name: 'reads never starve',
  initial: false,
  check(wasAsleep, { event, isFired, before, after, effects }) {
    const isAsleep = isPageAsleep(wasAsleep, event, before);
    if (!isFollowing(after)) return isAsleep;
    const isReading = after.children.includes('poll');
    const isHeld = after.snapshot.matches({ following: { reads: 'held' } }) && isArmed(after, 'pollFallbackAfterMs');
    if (!isAsleep && !isReading && !isHeld && !isArmed(after, ...betweenReads)) {
      return violation('no read is in flight, and no delay leads to one');
    }
    if (isFollowing(before) && isOfStream(event)) {
      const again = effects.find(
        effect =>
          effect.type === 'arm' &&
          (isNamed(effect.delay, betweenReads) || effect.delay.endsWith('.reads.reading')) &&
          before.delays.some(({ id }) => id === effect.delay),
      );
      if (again?.type === 'arm') return violation(`${event?.type} arms ${again.delay} again`);
    }
    if (isFired && event && isFollowing(before)) {
      const isDue =
        isNamed(event.type, ['streamReadInterval', 'pollDelay', 'firstReadDelay', 'snapshotDelay']) ||
        (isNamed(event.type, ['pollFallbackAfterMs']) &&
          before.snapshot.matches({ following: { reads: 'held' } }) &&
          !isArmed(after, 'firstReadDelay'));
      // A backend may have asked for a wait: it is in the length of the gap.
      const isPutOff = isArmed(after, 'readGap') && after.snapshot.context.reads.isReadRequested;
      if (isDue && !isReading && !isPutOff) return violation(`${event.type} fires without starting a read`);
      if (
        isNamed(event.type, ['readGap']) &&
        !isReading &&
        !isArmed(after, 'readGap', 'streamReadInterval', 'pollDelay')
      ) {
        return violation('the gap ends, and no read follows');
      }
    }
    return isAsleep;
  },
};

/** For each child the delays of which one must be armed while it runs. */
const bounds: { readonly [child: string]: readonly string[] } = {
  submit: ['submitTimeoutMs'],
  find: ['requestTimeoutMs'],
  forbid: ['requestTimeoutMs'],
  poll: ['readTimeout', 'requestTimeoutMs'],
  cancel: ['requestTimeoutMs'],
  sse: ['pollFallbackAfterMs', 'streamIdleTimeoutMs'],
};

const cancelEnds: GenerationMonitor = {
  name: 'a cancel ends in time',
  initial: null,
  check(_, { event, before, after, effects }) {
    const isConfirming = (here: Here | undefined) => here?.snapshot.matches({ cancelling: 'confirming' }) ?? false;
    if (!isConfirming(after)) return null;
    if (!isArmed(after, 'cancelPatienceMs')) return violation('confirmed without a limit');
    const isPutOff = effects.some(effect => effect.type === 'arm' && isNamed(effect.delay, ['cancelPatienceMs']));
    return isConfirming(before) && isPutOff ? violation(`re-armed by ${event?.type}`) : null;
  },
};

const childrenAreBounded: GenerationMonitor = {
  name: 'one child of each kind, and each bounded in time',
  initial: null,
  check(_, { after }) {
    const twice = after.children.find((child, index) => after.children.indexOf(child) !== index);
    if (twice) return violation(`a second ${twice} runs beside the first`);
    const unbounded = after.children.find(child => bounds[child] && !isArmed(after, ...bounds[child]));
    return unbounded ? violation(`${unbounded} may never end`) : null;
  },
};

const sleepIsQuiet: GenerationMonitor<boolean> = {
  name: 'a sleeping page makes no requests',
  initial: false,
  check(wasAsleep, { event, before, after }) {
    const isAsleep = isPageAsleep(wasAsleep, event, before);
    const isObserved = after.children.includes('page');
    // A submit is never aborted, and the last read at the deadline may run while the page sleeps.
    const busy = after.children.filter(child => child === 'sse' || (child === 'poll' && isFollowing(after)));
    return isAsleep && isObserved && busy.length > 0 ? violation(`${busy.join(', ')} still runs`) : isAsleep;
  },
};

const delaysAreTimes: GenerationMonitor = {
  name: 'delays are valid times',
  initial: null,
  check(_, { effects }) {
    const wrong = effects.find(effect => effect.type === 'arm' && !(effect.ms >= 0 && effect.ms <= longestDelayMs));
    return wrong?.type === 'arm' ? violation(`${wrong.delay} is ${wrong.ms} ms`) : null;
  },
};

const followingStates = ['following', 'verifying', 'expiring'];

const detachedIsQuiet: GenerationMonitor<boolean> = {
  name: 'a detached generation makes no requests',
  initial: false,
  check(wasDetached, { event, before, after }) {
    const isBegun = before !== undefined && !before.snapshot.matches('idle');
    const isDetached = event?.type === 'DETACH' ? isBegun : wasDetached && event?.type !== 'ATTACH';
    if (isDetached && followingStates.some(state => after.snapshot.matches(state)))
      return violation('it is still followed');
    const isCancelling = after.snapshot.matches('cancelling');
    // What may have been charged is found out first.
    const busy = after.children.filter(child => !isAboutSubmit(child) && !isCancelling);
    return isDetached && busy.length > 0 ? violation(`${busy.join(', ')} still runs`) : isDetached;
  },
};

/** The rules about time: every wait ends, and nothing is delayed again and again. */
export const livenessMonitors: readonly GenerationMonitor[] = [
  canEnd,
  deadlineHolds,
  readsGoOn,
  cancelEnds,
  childrenAreBounded,
  sleepIsQuiet,
  detachedIsQuiet,
  delaysAreTimes,
];
