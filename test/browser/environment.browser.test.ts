import { browserEnvironment } from 'generation-lifecycle/adapters';
import { expect, it, onTestFinished } from 'vitest';

/** The events that a page reports while these happen, after it has just been opened. */
function eventsOf(happenings: readonly (readonly [EventTarget, string])[]) {
  const events: string[] = [];
  const stop = browserEnvironment().subscribe(event => events.push(event));
  onTestFinished(stop);
  for (const [target, type] of happenings) target.dispatchEvent(new Event(type));
  stop();
  window.dispatchEvent(new Event('online'));
  return events;
}

it.each<{ title: string; happenings: () => readonly (readonly [EventTarget, string])[]; events: readonly string[] }>([
  {
    title: 'its network that goes and comes',
    happenings: () => [
      [window, 'offline'],
      [window, 'online'],
    ],
    events: ['offline', 'online'],
  },
  {
    title: 'the back-forward cache',
    happenings: () => [
      [window, 'pagehide'],
      [window, 'pageshow'],
    ],
    events: ['asleep', 'woke'],
  },
  {
    title: 'being frozen, and of being looked at',
    happenings: () => [
      [document, 'freeze'],
      [document, 'resume'],
      [document, 'visibilitychange'],
    ],
    events: ['asleep', 'woke', 'woke'],
  },
  {
    title: 'no network while it sleeps',
    happenings: () => [
      [window, 'pagehide'],
      [window, 'offline'],
      [window, 'online'],
      [window, 'pageshow'],
    ],
    events: ['asleep', 'woke'],
  },
])('a page tells of $title, until nobody watches it', ({ happenings, events }) => {
  expect(eventsOf(happenings())).toEqual(events);
});
