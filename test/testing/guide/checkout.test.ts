import { explore, type Monitor, violation } from 'generation-lifecycle/testing/explore';
import { it } from 'vitest';
import { fromPromise, setup } from 'xstate';

const checkout = setup({
  types: { events: {} as { type: 'PAY' } | { type: 'BACK' } },
  actors: { pay: fromPromise(async () => 'receipt') },
}).createMachine({
  initial: 'cart',
  states: {
    cart: { on: { PAY: 'paying' } },
    paying: {
      invoke: { id: 'pay', src: 'pay', onDone: 'paid', onError: 'unclear' },
      after: { 30000: 'unclear' },
    },
    // With `on: { BACK: 'cart' }` in it, the exploration ends with: pays once: a second payment.
    unclear: {},
    paid: { type: 'final' },
  },
});

const paysOnce: Monitor<typeof checkout, number> = {
  name: 'pays once',
  initial: 0,
  check(paid, { effects }) {
    const count = paid + effects.filter(effect => effect.type === 'spawn' && effect.child === 'pay').length;
    return count > 1 ? violation('a second payment') : count;
  },
};

it('pays once, whatever arrives when', () => {
  explore(checkout, {
    monitors: [paysOnce],
    // The delay need not be listed: it fires wherever it is armed.
    events: ({ children }) => [
      { type: 'PAY' },
      { type: 'BACK' },
      ...children.flatMap(child => [{ type: `xstate.done.actor.${child}` }, { type: `xstate.error.actor.${child}` }]),
    ],
  });
});
