import http from 'node:http';

/** @import { PagesInput } from '../bench.types.ts' */

// Pages that look at their jobs, each on a stream of its own. The progress of a job is the time at which the vendor has told it.

/** @type {PagesInput} */
const { urls, clients } = JSON.parse(process.argv[2] ?? '{}');
const agent = new http.Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
/** @type {number[]} */
let ms = [];
let open = 0;

/** @param {number} at */
function look(at) {
  const url = `${urls[at % urls.length]}/api/generations/image/events`;
  const request = http.get(
    url,
    { agent, headers: { 'x-user': `user-${at}`, accept: 'text/event-stream' } },
    response => {
      if (response.statusCode !== 200) throw new Error(`A stream was answered with ${response.statusCode}.`);
      open += 1;
      let seen = 0;
      response.setEncoding('utf8').on('data', text => {
        for (const [, said = ''] of text.matchAll(/"progress":([\d.]+)/g)) {
          const toldAt = Math.round(Number(said) * 1e9);
          // A state that is told again says nothing of how soon it was told.
          if (toldAt > seen) ms.push((Date.now() % 1e9) - toldAt);
          seen = Math.max(seen, toldAt);
        }
      });
      response.on('end', () => look(at));
    },
  );
  request.on('error', () => setTimeout(() => look(at), 100));
}

for (let at = 0; at < clients; at += 1) look(at);
process.on('message', order => {
  if (order === 'open') process.send?.({ answer: open });
  if (order === 'begin') {
    ms = [];
    process.send?.({ answer: undefined });
  }
  if (order === 'end') process.send?.({ answer: { events: ms.length, ms: ms.sort((a, b) => a - b) } });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ answer: undefined });
