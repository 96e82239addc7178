/** @import { Mutant } from './mutant.types.js' */

const adapter = 'src/adapters/ai-sdk/ai-sdk-video.ts';
const calls = 'src/adapters/ai-sdk/call-options.ts';
const outcome = 'src/adapters/ai-sdk/outcome.ts';
const errors = 'src/adapters/ai-sdk/sdk-error.ts';
const ours = ['test/adapters/ai-sdk/ai-sdk-video.test.ts'];
const table = ['test/adapters/vendors/table.test.ts'];

/** What the packages of the AI SDK say, and what a page may put into their jobs. @type {readonly Mutant[]} */
export const aiSdkMutants = [
  {
    name: 'AI SDK: sends a key to the url of a stored job',
    family: 'a key goes only where it belongs',
    file: 'src/adapters/ai-sdk/operation.ts',
    find: '!(origins && leadsElsewhere(operation, origins))',
    replace: '!(origins && operation === null)',
    caughtBy: ours,
  },
  {
    name: 'AI SDK: takes for a text what the platform takes for a url',
    family: 'a key goes only where it belongs',
    file: 'src/adapters/http/trusted-url.ts',
    find: 'const absolute = toAbsoluteUrl(text, undefined);\n    const isUrl',
    replace: "const absolute = text.includes('://') ? toAbsoluteUrl(text, undefined) : undefined;\n    const isUrl",
    caughtBy: ours,
  },
  {
    name: 'AI SDK: ends a paid job by the 502 of a proxy',
    family: 'a failed read is no failed job',
    file: outcome,
    find: 'if (status) throw toToldError({ status, headers }, context);',
    replace: '',
    caughtBy: ours,
  },
  {
    name: 'AI SDK: ends a paid job when the connection of a read breaks',
    family: 'a failed read is no failed job',
    file: outcome,
    find: 'if (brokenRead.test(words))',
    replace: 'if (brokenRead.test(words) && status)',
    caughtBy: ours,
  },
  {
    name: 'AI SDK: takes an unknown status for the end',
    family: 'an unknown status is pending',
    file: outcome,
    find: "if (members['status'] === 'error')",
    replace: "if (members['status'] !== 'pending')",
    caughtBy: ours,
  },
  {
    name: 'AI SDK: tells a submit as free whose answer was lost',
    family: 'law 8; what may be charged is told',
    file: errors,
    find: 'if (isKeyMissing || !isSent || unsent.test(name)) {',
    replace: "if (isKeyMissing || !isSent || unsent.test(name) || name === 'AI_APICallError') {",
    caughtBy: ours,
  },
  {
    name: 'AI SDK: tells a submit as free whose good answer cannot be read',
    family: 'law 8; what may be charged is told',
    file: 'src/adapters/http/told-response.ts',
    find: 'if (!response.ok) return toErrorResponse(body, response, context);',
    replace: 'if (!response.ok || body) return toErrorResponse(body, response, context);',
    caughtBy: ours,
  },
  {
    name: 'AI SDK: starts a job once more when the first start fails',
    family: 'law 8; a submit is sent once',
    file: adapter,
    find: 'const started = await model.doStart({ ...call, webhookUrl: hook, headers, abortSignal: signal });',
    replace:
      'const start = () => model.doStart({ ...call, webhookUrl: hook, headers, abortSignal: signal });\n        const started = await Promise.resolve(start()).catch(start);',
    caughtBy: [...ours, ...table],
  },
  {
    name: 'AI SDK: passes on all that an input of a page has',
    family: 'a key goes only where it belongs',
    file: calls,
    find: '  prompt: input.prompt,\n  n: input.n ?? 1,',
    replace: '  ...input,\n  prompt: input.prompt,\n  n: input.n ?? 1,',
    caughtBy: ours,
  },
  {
    name: 'AI SDK: gives a page the url that has the key in it',
    family: 'law 6; no secret in a url',
    file: 'src/adapters/ai-sdk/videos.ts',
    find: "(name === 'key' && provider.startsWith('google'))",
    replace: "(name === 'key' && provider === 'google')",
    caughtBy: ours,
  },
  {
    name: 'AI SDK: shows a data url that is a document',
    family: 'law 6; a result is a picture or a video',
    file: 'src/adapters/http/data-url.ts',
    find: "typeof type === 'string' && media.test(type) ? type : ownType",
    replace: "typeof type === 'string' ? type : ownType",
    caughtBy: ours,
  },
  {
    name: 'AI SDK: calls a model in a page, with the key in it',
    family: 'a key stays on the server',
    file: adapter,
    find: '    assertNoPage(provider, context, options.dangerouslyAllowBrowser);\n',
    replace: '',
    caughtBy: ours,
  },
  {
    name: 'httpAdapter: takes the answer about another job for its own',
    family: 'W8',
    file: 'src/adapters/http/http-adapter.ts',
    find: 'if (isObject(answer.body) && isOf(job, answer.members)) return',
    replace: 'if (isObject(answer.body)) return',
    caughtBy: ['test/adapters/http/http-adapter.test.ts'],
  },
];
