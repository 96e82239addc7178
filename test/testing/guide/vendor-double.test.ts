import { createGenerationMachine } from 'generation-lifecycle';
import { fal } from 'generation-lifecycle/adapters/fal';
import { falDouble, vendorScenarios } from 'generation-lifecycle/testing/vendors';
import { expect, it } from 'vitest';
import { createActor, SimulatedClock, waitFor } from 'xstate';

it('shows the place in the queue', async () => {
  const clock = new SimulatedClock();
  const double = falDouble({ scenario: vendorScenarios.slowQueue, clock });
  const flux = fal({ model: 'fal-ai/flux/dev', apiKey: 'id:any', fetch: double.fetch });
  const actor = createActor(createGenerationMachine(flux), { clock, input: { id: 'generation-1' } }).start();
  actor.send({ type: 'GENERATE', input: { prompt: 'a lighthouse' } });
  await waitFor(actor, ({ context }) => context.job !== undefined);
  expect(double.chargedCount).toBe(1);
  actor.stop();
});
