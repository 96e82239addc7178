/** @import { Mutant } from './mutant.types.js' */

const redaction = 'src/devtools/redaction.ts';
const texts = 'src/devtools/redacted-text.ts';
const history = 'src/devtools/recorder/step-history.ts';
const logBuilder = 'src/devtools/recorder/log-builder.ts';
const replay = 'src/testing/replay/replay-generation.ts';
const inspector = 'src/devtools/inspector/inspector.ts';
const messages = 'src/devtools/inspector/messages.ts';

/** Faults of redaction, recorder, replay and inspector. @type {readonly Mutant[]} */
export const devtoolsMutants = [
  {
    name: 'does not redact the query of a url',
    family: 'law 6, redaction',
    file: texts,
    find: 'url.split(/[?#;]/)',
    replace: 'url.split(/[;]/)',
    caughtBy: ['test/devtools/redaction.test.ts', 'test/devtools/inspector.test.ts'],
  },
  {
    name: 'does not redact an input',
    family: 'law 6, redaction',
    file: texts,
    find: "...['input', 'request',",
    replace: "...['request',",
    caughtBy: ['test/devtools/redaction.test.ts'],
  },
  {
    name: 'does not redact short texts',
    family: 'law 6, redaction',
    file: texts,
    find: 'nameKeys.has(key) && ',
    replace: '',
    caughtBy: ['test/devtools/redaction.test.ts', 'test/devtools/inspector.test.ts'],
  },
  {
    name: 'lets a page redact what the chart depends on',
    family: 'a log that cannot be replayed',
    file: logBuilder,
    find: "path.split('.').some(name => payloadNames.has(name)) ||",
    replace: "path !== '' ||",
    caughtBy: ['test/devtools/recorder.test.ts'],
  },
  {
    name: 'starts a truncated log where it ends',
    family: 'a log that cannot be replayed',
    file: history,
    find: 'from = halfway;',
    replace: 'from = to;',
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
    name: 'copies a shared object wherever it stands, without end',
    family: 'A13',
    file: redaction,
    find: 'place.room.left -= given - room.left + (json === undefined ? 0 : nameLength);',
    replace: '',
    caughtBy: ['test/devtools/bounded-log.test.ts'],
  },
  {
    name: 'does not measure what redact returns',
    family: 'A13',
    file: redaction,
    find: 'return toJson({ ...place, value: result, isShown: true });',
    replace: 'return JSON.parse(JSON.stringify(result));',
    caughtBy: ['test/devtools/bounded-log.test.ts'],
  },
  {
    name: 'says nothing of a list that was cut',
    family: 'A13',
    file: redaction,
    find: 'if (written.length < list.length)',
    replace: 'if (list.length < 0)',
    caughtBy: ['test/devtools/bounded-log.test.ts'],
  },
  {
    name: 'cuts an output by what stands beside it',
    family: 'A13',
    file: redaction,
    find: 'if (place.isInPayload || !payloadNames.has(place.key)) return shown(place);',
    replace: "if (place.isInPayload || place.path !== '') return shown(place);",
    caughtBy: ['test/devtools/bounded-log.test.ts'],
  },
  {
    name: 'keeps a log of any length',
    family: 'A13',
    file: history,
    find: ' || newerLength >= maxLength / 2',
    replace: '',
    caughtBy: ['test/devtools/bounded-log.test.ts'],
  },
  {
    name: 'keeps any number of long messages for a viewer',
    family: 'A13',
    file: inspector,
    find: ' || waitingLength > maxWaitingLength',
    replace: '',
    caughtBy: ['test/devtools/bounded-log.test.ts'],
  },
  {
    name: 'loses messages from before the inspector was open',
    family: 'each transition arrives once',
    file: inspector,
    find: 'waiting.push(message);',
    replace: 'waiting = [message];',
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
