import type { AnyStateMachine, EventObject } from 'xstate';
import type { Monitor, Situation } from './explore.types.js';
import { broken, canReach } from './graph.js';

type GenerationMonitor<TMemory = unknown> = Monitor<AnyStateMachine, TMemory>;
type Here = Situation<AnyStateMachine>;

const longestDelayMs = 2 ** 31 - 1;

const isFollowing = (here: Here | undefined): here is Here => here?.snapshot.matches('following') ?? false;
const isNamed = (id: string, names: readonly string[]) => names.some(name => id.startsWith(`xstate.after.${name}.`));
const isArmed = ({ delays }: Here, ...names: readonly string[]) => delays.some(({ id }) => isNamed(id, names));

/** Whether the page sleeps, as far as a child has heard of it. A page that attaches is awake. */
const sleeps = (before: boolean, event: EventObject | undefined, here: Here | undefined) =>
  event?.type === 'page.asleep' && here?.children.includes('page')
    ? true
    : before && event?.type !== 'page.woke' && event?.type !== 'ATTACH';

/** By time, by a page that wakes, and by the commands GENERATE and ATTACH: whatever the backend does. */
const canEnd: GenerationMonitor = {
  name: 'an end can be reached',
  initial: null,
  watch: () => null,
  review(graph) {
    const isEnd = (state: number) => graph[state]?.snapshot.status === 'done';
    const ending = canReach(
      graph,
      isEnd,
      edge => edge.isArmed || ['GENERATE', 'ATTACH', 'page.woke'].includes(edge.event.type),
    );
    const state = graph.findIndex((_, index) => !ending.has(index));
    return state < 0 ? undefined : { state, why: 'from here no end can be reached without the backend' };
  },
};

const deadlineHolds: GenerationMonitor<{ readonly isPast: boolean; readonly isAsleep: boolean }> = {
  name: 'the deadline holds',
  initial: { isPast: false, isAsleep: false },
  watch(memory, { event, isArmed: isFired, before, after, effects }) {
    if (isFollowing(after) && !isArmed(after, 'deadline')) return broken('followed without a deadline');
    const touched = effects.some(
      effect => (effect.type === 'arm' || effect.type === 'disarm') && isNamed(effect.delay, ['deadline']),
    );
    if (isFollowing(before) && isFollowing(after) && touched) return broken(`re-armed by ${event?.type}`);

    const isActive = after.snapshot.status === 'active';
    // Its time goes on, and is looked at again by ATTACH.
    if (after.snapshot.matches('detached')) return { isPast: false, isAsleep: false };
    if (memory.isPast && isFired && isActive) return broken('a second delay after it, and no end');
    const isMet = isFired && event !== undefined && isNamed(event.type, ['deadline']);
    const isPast = memory.isPast || isMet || after.snapshot.matches('expiring');
    const isAsleep = sleeps(memory.isAsleep, event, before);
    if (isPast && isActive && !isAsleep && after.delays.length === 0) return broken('nothing ends it');
    return { isPast, isAsleep };
  },
};

const ofStream = (event: EventObject | undefined) =>
  event !== undefined &&
  (event.type.startsWith('stream.') || event.type === 'job.progressed' || event.type === 'job.changed');

const readsGoOn: GenerationMonitor<boolean> = {
  name: 'reads never starve',
  initial: false,
  watch(wasAsleep, { event, isArmed: isFired, before, after, effects }) {
    const isAsleep = sleeps(wasAsleep, event, before);
    if (!isFollowing(after)) return isAsleep;
    const isReading = after.children.includes('poll');
    const isHeld = after.snapshot.matches({ following: { reads: 'held' } }) && isArmed(after, 'pollFallbackAfterMs');
    if (!isAsleep && !isReading && !isHeld && !isArmed(after, 'readGap', 'streamReadInterval', 'pollDelay')) {
      return broken('no read is in flight, and none is due');
    }
    if (isFollowing(before) && ofStream(event)) {
      const again = effects.find(
        effect =>
          effect.type === 'arm' &&
          (isNamed(effect.delay, ['readGap', 'streamReadInterval', 'pollDelay']) ||
            effect.delay.endsWith('.reads.reading')) &&
          before.delays.some(({ id }) => id === effect.delay),
      );
      if (again?.type === 'arm') return broken(`${event?.type} re-arms ${again.delay}`);
    }
    if (isFired && event && isFollowing(before)) {
      const isDue =
        isNamed(event.type, ['streamReadInterval', 'pollDelay']) ||
        (isNamed(event.type, ['pollFallbackAfterMs']) && before.snapshot.matches({ following: { reads: 'held' } }));
      if (isDue && !isReading) return broken(`${event.type} fires, and nothing is read`);
      if (isNamed(event.type, ['readGap']) && !isReading && !isArmed(after, 'streamReadInterval', 'pollDelay')) {
        return broken('the gap is over, and no read follows');
      }
    }
    return isAsleep;
  },
};

/** Each child, and the delays of which one must be armed while it lives. */
const bounds: { readonly [child: string]: readonly string[] } = {
  submit: ['submitTimeoutMs'],
  poll: ['requestTimeoutMs'],
  cancel: ['requestTimeoutMs'],
  sse: ['pollFallbackAfterMs', 'streamIdleTimeoutMs'],
};

const childrenAreBounded: GenerationMonitor = {
  name: 'one child of a kind, and each bounded in time',
  initial: null,
  watch(_, { after }) {
    const twice = after.children.find((child, index) => after.children.indexOf(child) !== index);
    if (twice) return broken(`a second ${twice} beside the first`);
    const unbounded = after.children.find(child => bounds[child] && !isArmed(after, ...bounds[child]));
    return unbounded ? broken(`${unbounded} may hang for ever`) : null;
  },
};

const sleepIsQuiet: GenerationMonitor<boolean> = {
  name: 'a sleeping page asks for nothing',
  initial: false,
  watch(wasAsleep, { event, before, after }) {
    const isAsleep = sleeps(wasAsleep, event, before);
    const isListened = after.children.includes('page');
    // A submit is never given up, and a last read that began with the deadline of a sleeping page is its own matter.
    const busy = after.children.filter(child => child === 'sse' || (child === 'poll' && isFollowing(after)));
    return isAsleep && isListened && busy.length > 0 ? broken(`${busy.join(', ')} goes on`) : isAsleep;
  },
};

const delaysAreTimes: GenerationMonitor = {
  name: 'delays are times',
  initial: null,
  watch(_, { effects }) {
    const wrong = effects.find(effect => effect.type === 'arm' && !(effect.ms >= 0 && effect.ms <= longestDelayMs));
    return wrong?.type === 'arm' ? broken(`${wrong.delay} is ${wrong.ms} ms`) : null;
  },
};

const followed = ['following', 'verifying', 'expiring'];

const detachedIsQuiet: GenerationMonitor<boolean> = {
  name: 'a detached generation asks for nothing',
  initial: false,
  watch(wasDetached, { event, before, after }) {
    const isBegun = before !== undefined && !before.snapshot.matches('idle');
    const isDetached = event?.type === 'DETACH' ? isBegun : wasDetached && event?.type !== 'ATTACH';
    if (isDetached && followed.some(state => after.snapshot.matches(state))) return broken('it is followed');
    const isCancelling = after.snapshot.matches('cancelling');
    const busy = after.children.filter(child => child !== 'submit' && !isCancelling);
    return isDetached && busy.length > 0 ? broken(`${busy.join(', ')} goes on`) : isDetached;
  },
};

/** The rules that speak of time: that nothing waits for ever, and nothing is put off for ever. */
export const livenessMonitors: readonly GenerationMonitor[] = [
  canEnd,
  deadlineHolds,
  readsGoOn,
  childrenAreBounded,
  sleepIsQuiet,
  detachedIsQuiet,
  delaysAreTimes,
];
