/** @import { Mutant } from './mutant.types.js' */

const redaction = 'src/devtools/redaction.ts';
const logBuilder = 'src/devtools/recorder/log-builder.ts';
const replay = 'src/testing/replay/replay-generation.ts';
const inspector = 'src/devtools/inspector/inspector.ts';
const messages = 'src/devtools/inspector/messages.ts';

/** Faults of redaction, recorder, replay and inspector. @type {readonly Mutant[]} */
export const devtoolsMutants = [
  {
    name: 'does not redact the query of a url',
    family: 'law 6, redaction',
    file: redaction,
    find: 'url.split(/[?#;]/)',
    replace: 'url.split(/[;]/)',
    caughtBy: ['test/devtools/redaction.test.ts', 'test/devtools/inspector.test.ts'],
  },
  {
    name: 'does not redact an input',
    family: 'law 6, redaction',
    file: redaction,
    find: "...['input', 'request',",
    replace: "...['request',",
    caughtBy: ['test/devtools/redaction.test.ts'],
  },
  {
    name: 'does not redact short texts',
    family: 'law 6, redaction',
    file: redaction,
    find: 'nameKeys.has(key) && ',
    replace: '',
    caughtBy: ['test/devtools/redaction.test.ts', 'test/devtools/inspector.test.ts'],
  },
  {
    name: 'lets a page redact what the chart depends on',
    family: 'a log that cannot be replayed',
    file: logBuilder,
    find: 'payloads.test(path) ||',
    replace: "path !== '' ||",
    caughtBy: ['test/devtools/recorder.test.ts'],
  },
  {
    name: 'starts a truncated log one step late',
    family: 'a log that cannot be replayed',
    file: logBuilder,
    find: 'if (steps.length === half) halfway = to;',
    replace: 'if (steps.length === half + 1) halfway = to;',
    caughtBy: ['test/devtools/recorder.test.ts'],
  },
  {
    name: 'replays as if the page had been online',
    family: 'a log that cannot be replayed',
    file: replay,
    find: 'isOnline.now = !time.isOffline;',
    replace: 'isOnline.now = true;',
    caughtBy: ['test/testing/replay-generation.test.ts'],
  },
  {
    name: 'replays with a clock that stands still within a step',
    family: 'a log that cannot be replayed',
    file: 'src/testing/replay/replayed-clock.ts',
    find: 'if (until === undefined && times === undefined) return;',
    replace: 'if (deadlineMs >= 0) return;',
    caughtBy: ['test/testing/replay-generation.test.ts'],
  },
  {
    name: 'loses messages from before the inspector was open',
    family: 'each transition arrives once',
    file: inspector,
    find: 'waiting = [...waiting, ...messages].slice(-maxWaitingMessages);',
    replace: 'waiting = messages.slice(-maxWaitingMessages);',
    caughtBy: ['test/devtools/inspector.test.ts'],
    hangs: true,
  },
  {
    name: 'registers an actor again with each event',
    family: 'each transition arrives once',
    file: messages,
    find: 'if (introduced.has(actor)) return [];',
    replace: '',
    caughtBy: ['test/devtools/inspector.test.ts'],
  },
  {
    name: 'sends the meta of a machine, with its adapter, to the inspector',
    family: 'law 6, redaction',
    file: 'src/devtools/inspector/definition.ts',
    find: '...{ id, type, initial, history, target, description, tags },',
    replace: "...{ id, type, initial, history, target, description, tags, meta: node['meta'] },",
    caughtBy: ['test/devtools/machine-meta.test.ts'],
  },
  {
    name: 'records an actor twice that is attached and inspected',
    family: 'a log that cannot be replayed',
    file: 'src/devtools/recorder/recorder.ts',
    find: 'if (!meta || handled.has(inspected)) return;',
    replace: 'if (!meta) return;',
    caughtBy: ['test/devtools/recorder.test.ts'],
  },
];
