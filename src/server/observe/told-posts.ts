import { toFailedCall } from '../../machines/generation/generation.answers.js';
import type { Failure, GenerationAdapter } from '../../machines/generation/generation.port.js';
import type { Observe } from './observe.js';

type Adapter = GenerationAdapter<unknown, unknown>;

/** An adapter whose submits are counted: each may cost, so their number is watched apart from the wishes that they are for. */
export function withToldPosts(backend: string, adapter: Adapter, observe: Pick<Observe, 'event'>): Adapter {
  const tell = (charged: Failure['charged']) => observe.event({ type: 'post', backend, charged });
  return {
    ...adapter,
    async submit(input, call) {
      try {
        const submission = await adapter.submit(input, call);
        tell('yes');
        return submission;
      } catch (error) {
        tell(toFailedCall(error, 'submit').failure.charged);
        throw error;
      }
    },
  };
}
