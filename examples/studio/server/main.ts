import { startBackend } from './backend.js';
import { parseFaults } from './faults.js';

const { PORT = '4174', FAULTS = '{"renderMs":2500}' } = process.env;
const backend = await startBackend({ port: Number(PORT), faults: parseFaults(FAULTS) });
console.log(`The reference backend is listening on ${backend.url}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void backend.close());
}
