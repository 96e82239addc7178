import type { GenerationAdapter } from 'generation-lifecycle';
import { type FileInputs, type FileKind, type FileOutput, fileBackend } from 'generation-lifecycle/adapters';
import { fetchWithFaults } from './backend-fetch.js';

/** The reference backend, which simulates every fault. */
export const inHouseFiles = <const TKind extends FileKind>(
  kind: TKind,
): GenerationAdapter<FileInputs[TKind], FileOutput> => fileBackend({ kind, fetch: fetchWithFaults, canCancel: true });
