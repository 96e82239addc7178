/**
 * How a client learns that a job has ended. `held`: the answer to the submit is the end, or the stream, so there is nothing to
 * read and nothing to follow again after a reload.
 *
 * @typedef {'stream' | 'reads' | 'held'} Way
 * @typedef {{ name: string, way: Way, file: string, isOurs?: boolean }} Contender
 */

/** @type {readonly Contender[]} */
export const roster = [
  { name: 'bare stream loop', way: 'stream', file: 'bare.mjs' },
  { name: 'ours, fileBackend', way: 'stream', file: 'ours.mjs', isOurs: true },
  { name: 'ours, states', way: 'stream', file: 'ours.mjs', isOurs: true },
  { name: 'ours, client with memory store', way: 'stream', file: 'ours.mjs', isOurs: true },
  { name: 'hand-written hook', way: 'stream', file: 'hand-written.mjs' },
  { name: 'hand-written hook, mended', way: 'stream', file: 'hand-written.mjs' },
  { name: 'fal, streaming', way: 'stream', file: '../../vendors/peers/fal.mjs' },
  { name: 'bare 2 s loop', way: 'reads', file: 'bare.mjs' },
  { name: 'ours, reads only', way: 'reads', file: 'ours.mjs', isOurs: true },
  { name: 'ours, reads with history', way: 'reads', file: 'ours.mjs', isOurs: true },
  { name: 'tanstack query-core, 2 s', way: 'reads', file: '../../vendors/peers/tanstack-query.mjs' },
  { name: 'fal, polling', way: 'reads', file: '../../vendors/peers/fal.mjs' },
  { name: 'replicate, poll', way: 'reads', file: '../../vendors/peers/replicate.mjs' },
  { name: 'replicate, block', way: 'held', file: '../../vendors/peers/replicate.mjs' },
  { name: 'tanstack ai-client', way: 'held', file: '../../vendors/peers/tanstack-ai.mjs' },
];
