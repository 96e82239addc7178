import { browserEnvironment } from 'generation-lifecycle/adapters';
import { expect, it, onTestFinished } from 'vitest';

/** What is told while these happen, on a page that has just been opened. */
function told(happenings: readonly (readonly [EventTarget, string])[]) {
  const facts: string[] = [];
  const stop = browserEnvironment().subscribe(fact => facts.push(fact));
  onTestFinished(stop);
  for (const [target, type] of happenings) target.dispatchEvent(new Event(type));
  stop();
  window.dispatchEvent(new Event('online'));
  return facts;
}

it.each<{ title: string; happenings: () => readonly (readonly [EventTarget, string])[]; facts: readonly string[] }>([
  {
    title: 'its network that goes and comes',
    happenings: () => [
      [window, 'offline'],
      [window, 'online'],
    ],
    facts: ['offline', 'online'],
  },
  {
    title: 'the back-forward cache',
    happenings: () => [
      [window, 'pagehide'],
      [window, 'pageshow'],
    ],
    facts: ['asleep', 'woke'],
  },
  {
    title: 'being frozen, and of being looked at',
    happenings: () => [
      [document, 'freeze'],
      [document, 'resume'],
      [document, 'visibilitychange'],
    ],
    facts: ['asleep', 'woke', 'woke'],
  },
  {
    title: 'no network while it sleeps',
    happenings: () => [
      [window, 'pagehide'],
      [window, 'offline'],
      [window, 'online'],
      [window, 'pageshow'],
    ],
    facts: ['asleep', 'woke'],
  },
])('a page tells of $title, until nobody watches it', ({ happenings, facts }) => {
  expect(told(happenings())).toEqual(facts);
});
