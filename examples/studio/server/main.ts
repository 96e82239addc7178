import { startBackend } from './backend.js';
import { FaultsError, parseFaults } from './faults.js';
import { vendorKeys } from './generations/vendor.types.js';
import { PortError, parsePort } from './port.js';

const { PORT = '4174', FAULTS = '{"renderMs":2500}', STUDIO_DATA: folder } = process.env;

try {
  const faults = parseFaults(FAULTS);
  // With a folder, it has a server half, too.
  const serverHalf = folder ? { folder, keys: vendorKeys(process.env), renderMs: faults.renderMs } : undefined;
  const backend = await startBackend({ port: parsePort(PORT), faults, serverHalf });
  console.log(`The reference backend is listening on ${backend.url}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void backend.close());
  }
} catch (error) {
  if (!(error instanceof PortError || error instanceof FaultsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
