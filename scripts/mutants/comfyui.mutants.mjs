/** @import { Mutant } from './mutant.types.js' */

const api = 'src/adapters/comfyui/comfy-api.ts';
const apiJob = 'src/adapters/comfyui/comfy-job.ts';
const ofApi = ['test/adapters/comfyui/comfy-api.test.ts'];

/** What ComfyUI says, and what it does not mean by it. @type {readonly Mutant[]} */
export const comfyuiMutants = [
  {
    name: 'comfyApi: takes a job that is being stopped for one that has stopped',
    family: 'a cancel that is accepted is no end',
    file: apiJob,
    find: "  canceling: 'running',",
    replace: "  canceling: 'cancelled',",
    caughtBy: ofApi,
  },
  {
    name: 'comfyApi: says that a key which was known has cost nothing',
    family: 'what may be paid is not told as free',
    file: api,
    find: "  charged: 'maybe',\n  advice:",
    replace: "  charged: 'no',\n  advice:",
    caughtBy: ofApi,
  },
  {
    name: "comfyApi: sends the environment's key to any server",
    family: 'law 6; a key goes to its vendor alone',
    file: api,
    find: 'isPaid || apiKey !== undefined',
    replace:
      "isPaid || apiKey !== undefined || 'COMFY_API_KEY' in (globalThis as unknown as { process: { env: object } }).process.env",
    caughtBy: ofApi,
  },
  {
    name: 'comfyApi: waits for a read after the stream has told the end',
    family: 'a stream that tells states carries the result',
    file: api,
    find: 'return isOver ? read(job, call).catch(toChanged) : toPending(said, reading);',
    replace: 'return isOver ? toPending(said, reading) : toPending(said, reading);',
    caughtBy: ofApi,
  },
  {
    name: 'comfyApi: follows the links of a job to another host',
    family: 'law 6; the job comes back from a page',
    file: api,
    find: '    origins: [origin],\n',
    replace: '',
    caughtBy: ofApi,
  },
  {
    name: 'comfyApi: shows a page the address of no host',
    family: 'a result can be loaded',
    file: apiJob,
    find: "toAbsoluteUrl(file['url'], origin)",
    replace: "file['url']",
    caughtBy: ofApi,
  },
];
