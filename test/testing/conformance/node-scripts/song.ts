import { it } from 'node:test';
import { testAdapter } from 'generation-lifecycle/testing';
import { completeBackend, songOptions } from '../complete-backend.js';
import { wrongAdapters } from '../wrong-adapters.js';

// With a name of a wrong adapter, it is that one.
const { find: _, ...situations } = songOptions.server;
const create = wrongAdapters[process.argv[2] ?? ''] ?? completeBackend;
testAdapter(create, { ...songOptions, server: situations, it });
