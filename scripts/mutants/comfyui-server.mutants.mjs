/** @import { Mutant } from './mutant.types.js' */

const adapter = 'src/adapters/comfyui/comfyui.ts';
const prompts = 'src/adapters/comfyui/prompts.ts';
const history = 'src/adapters/comfyui/prompt-history.ts';
const refusal = 'src/adapters/comfyui/prompt-refusal.ts';
const messages = 'src/adapters/comfyui/socket-messages.ts';
const turns = 'src/adapters/http/sockets-in-turn.ts';
const overHttp = ['test/adapters/comfyui/comfyui.test.ts'];
const overSocket = ['test/adapters/comfyui/comfyui-socket.test.ts'];

/** ComfyUI's own server: a queue, a history, and one socket for all jobs. @type {readonly Mutant[]} */
export const comfyuiServerMutants = [
  {
    name: 'comfyui server: interrupts whatever runs',
    family: 'a cancel stops one job',
    file: adapter,
    find: "if (place === 'running') await command(",
    replace: 'if (place !== undefined) await command(',
    caughtBy: overHttp,
  },
  {
    name: 'comfyui server: interrupts without saying which job',
    family: 'a cancel stops one job',
    file: adapter,
    find: "await command('/interrupt', { prompt_id: job.id });",
    replace: "await command('/interrupt', {});",
    caughtBy: overHttp,
  },
  {
    name: 'comfyui server: does not look where a job is after it was taken out of the queue',
    family: 'a cancel that is accepted is no end',
    file: adapter,
    find: '        place = await where();\n',
    replace: '        place = undefined;\n',
    caughtBy: overHttp,
  },
  {
    name: 'comfyui server: says that a job which is nowhere has cost nothing',
    family: 'what may be paid is not told as free',
    file: adapter,
    find: "charged: wasQueued ? 'no' : undefined",
    replace: "charged: 'no'",
    caughtBy: overHttp,
  },
  {
    name: 'comfyui server: takes an answer that is no queue for an empty one',
    family: 'a failed read is no failed job',
    file: prompts,
    find: '  if (!Array.isArray(running) || !Array.isArray(pending)) return undefined;\n',
    replace: '  if (!Array.isArray(running) || !Array.isArray(pending)) return { running: [], pending: [] };\n',
    caughtBy: overHttp,
  },
  {
    name: 'comfyui server: takes the order of the list for the order of the queue',
    family: 'what is told is true',
    file: prompts,
    find: '.sort((one, other) => one.number - other.number)',
    replace: '',
    caughtBy: overHttp,
  },
  {
    name: 'comfyui server: sends an id that ComfyUI refuses',
    family: 'exact in what is sent',
    file: prompts,
    find: 'idForm.test(idempotencyKey) ? idempotencyKey : undefined',
    replace: 'idempotencyKey',
    caughtBy: overHttp,
  },
  {
    name: 'comfyui server: finds a lost submit by its id alone',
    family: 'never pay twice, never lose what was paid',
    file: adapter,
    find: 'extra[keyName] === idempotencyKey || id === promptId',
    replace: 'id === promptId',
    caughtBy: overHttp,
  },
  {
    name: 'comfyui server: takes an unknown status for success',
    family: 'an unknown status is pending',
    file: history,
    find: "  if (name !== 'success' && !completed) return { kind: 'pending' };\n",
    replace: '',
    caughtBy: overHttp,
  },
  {
    name: 'comfyui server: takes an interrupted job for one that has failed',
    family: 'why is always said',
    file: history,
    find: "  if (said.has('execution_interrupted')) return { kind: 'cancelled' };\n",
    replace: '',
    caughtBy: overHttp,
  },
  {
    name: 'comfyui server: gives what a node only shows before what is kept',
    family: 'the result is the result',
    file: history,
    find: "Number(one.type === 'temp') - Number(other.type === 'temp')",
    replace: "Number(other.type === 'temp') - Number(one.type === 'temp')",
    caughtBy: overHttp,
  },
  {
    name: 'comfyui server: shows all models that it has in a refusal',
    family: 'a message can be read',
    file: refusal,
    find: 'const maxWordBytes = 200;',
    replace: 'const maxWordBytes = 2_000;',
    caughtBy: overHttp,
  },
  {
    name: 'comfyui server: opens a socket while the last one of its client id is not closed',
    family: 'a newer socket is deaf',
    file: turns,
    find: '    await closings.get(url);\n',
    replace: '',
    caughtBy: overSocket,
  },
  {
    name: 'comfyui server: gives a picture without a name to the job before',
    family: 'one job, one picture',
    file: messages,
    find: 'current = isEnd(type, data) ? undefined : id;',
    replace: 'current ??= id;',
    caughtBy: overSocket,
  },
  {
    name: 'comfyui server: gives a picture with a name to whatever runs',
    family: 'one job, one picture',
    file: messages,
    find: 'const id = picture?.id ?? current;',
    replace: 'const id = current ?? picture?.id;',
    caughtBy: overSocket,
  },
  {
    name: 'comfyui server: shows the progress of one node between that of all',
    family: 'progress does not jump',
    file: messages,
    find: " || (type === 'progress' && hasStates)",
    replace: '',
    caughtBy: overSocket,
  },
  {
    name: 'comfyui server: tells each job what is said of another',
    family: 'an event of another job is ignored',
    file: adapter,
    find: '      idsIn: ({ id }) => [id],\n',
    replace: '',
    caughtBy: overSocket,
  },
  {
    name: 'comfyui server: counts the nodes that have begun as all nodes',
    family: 'progress is never told too high',
    file: messages,
    find: 'Math.max(nodeCount || 0, Object.keys(nodes).length)',
    replace: 'Object.keys(nodes).length',
    caughtBy: overSocket,
  },
];
