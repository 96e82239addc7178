import { serve } from 'generation-lifecycle/server/node';
import { openHalf } from '../../../../examples/outbox/server-half.mjs';

// The example in a process of its own.
const { port, ...options } = JSON.parse(process.argv[2] ?? '{}');
await serve(await openHalf(options), { port });
process.stdout.write('listening\n');
