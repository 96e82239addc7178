/** @import { Mutant } from './mutant.types.js' */

const adapter = 'src/adapters/gradio/gradio.ts';
const app = 'src/adapters/gradio/app.ts';
const address = 'src/adapters/gradio/address.ts';
const files = 'src/adapters/gradio/files.ts';
const diff = 'src/adapters/gradio/diff.ts';
const messages = 'src/adapters/gradio/messages.ts';
const ours = ['test/adapters/gradio/gradio.test.ts'];
const table = ['test/adapters/vendors/table.test.ts'];

/** What an app of Gradio says, and what it does not mean by it. @type {readonly Mutant[]} */
export const gradioMutants = [
  {
    name: 'gradio: puts all jobs into one session, whose end stops them all',
    family: 'jobs know nothing of each other',
    file: adapter,
    find: 'const sessionHash = newId();',
    replace: "const sessionHash = 'session';",
    caughtBy: ours,
  },
  {
    name: 'gradio: does not say that the stream is the job',
    family: 'a lost stream is a lost job',
    file: adapter,
    find: "stream: { tells: 'states', isJob: true },",
    replace: "stream: { tells: 'states' },",
    caughtBy: table,
  },
  {
    name: 'gradio: says that a job has stopped which the app cannot stop',
    family: 'a cancel that is refused is no end',
    file: adapter,
    find: "if (!answer.ok) return { kind: 'cancelled', stopped: false };",
    replace: "if (!answer.ok) return { kind: 'cancelled' };",
    caughtBy: ours,
  },
  {
    name: "gradio: sends the environment's token to any app",
    family: 'law 6; a key goes to its vendor alone',
    file: adapter,
    find: 'isSpace || token !== undefined',
    replace: 'true',
    caughtBy: ours,
  },
  {
    name: 'gradio: sends the token to a Space over http',
    family: 'law 6; a key goes to its vendor alone',
    file: address,
    find: "isSpace: address.origin.startsWith('https://') &&",
    replace: 'isSpace:',
    caughtBy: ours,
  },
  {
    name: 'gradio: submits to a function of another name',
    family: 'what is sent is what was wished for',
    file: app,
    find: 'withoutSlash(apiName) === withoutSlash(endpoint)',
    replace: "withoutSlash(apiName) !== ''",
    caughtBy: ours,
  },
  {
    name: 'gradio: leaves out an argument that the app does not know',
    family: 'what is sent is what was wished for',
    file: app,
    find: 'if (unknown !== undefined) {',
    replace: 'if (unknown === "") {',
    caughtBy: ours,
  },
  {
    name: 'gradio: gives what the app keeps by itself to the next argument',
    family: 'what is sent is what was wished for',
    file: app,
    find: 'isState.map(isKept => (isKept ? null : rest.shift()))',
    replace: 'rest',
    caughtBy: ours,
  },
  {
    name: 'gradio: says that a failed upload may be paid',
    family: 'what is free is told as free',
    file: 'src/adapters/http/request-error.ts',
    find: "const isBeforeSubmit = action === 'prepare' || isCertainlyNotStarted;",
    replace: 'const isBeforeSubmit = isCertainlyNotStarted;',
    caughtBy: ours,
  },
  {
    name: 'gradio: gives a URL of another origin',
    family: 'law 6; a url from outside is data',
    file: files,
    find: 'toTrustedUrl(file.url, [origin]) ??',
    replace: 'file.url ??',
    caughtBy: ours,
  },
  {
    name: 'gradio: takes what has changed for the whole',
    family: 'what is shown is what was made',
    file: diff,
    find: '&& before !== undefined',
    replace: '&& before === undefined',
    caughtBy: ours,
  },
  {
    name: "gradio: takes another job's result for its own",
    family: 'one result, its own',
    file: messages,
    find: "if (typeof id === 'string' && id !== job.id) return { kind: 'ignored' };",
    replace: '',
    caughtBy: ours,
  },
  {
    name: 'gradio: takes a success without a result for one',
    family: 'an outcome has its result',
    file: messages,
    find: "if (!Array.isArray(output['data'])) return { kind: 'cancelled' };",
    replace: '',
    caughtBy: ours,
  },
  {
    name: 'gradio: believes an app that its failure was free',
    family: 'what may be paid is not told as free',
    file: messages,
    find: 'return jobFailed(job, toReason(output, said));',
    replace: "return jobFailed(job, toReason(output, said), { charged: 'no' });",
    caughtBy: ours,
  },
  {
    name: 'gradio: gives the title of all failures as a reason',
    family: 'a message says what happened',
    file: messages,
    find: "text && text !== 'Error'",
    replace: 'text',
    caughtBy: ours,
  },
  {
    name: 'gradio: takes a session that is gone for the end of the job',
    family: 'a lost stream is a lost job',
    file: messages,
    find: "isForgotten(said) ? undefined : jobFailed(job, said['message'])",
    replace: "jobFailed(job, said['message'])",
    caughtBy: table,
  },
];
