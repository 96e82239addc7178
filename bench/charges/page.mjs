import { toCell, toCount, toTable } from '../report/markdown.mjs';
import { losses } from './losses.mjs';

/** @import { Circumstances } from '../report/circumstances.mjs' */
/** @import { Bill, Charge } from './measure.mjs' */

/** @param {Charge} charge */
const toSent = ({ posts, keys }) => (keys === 0 ? `${posts}` : `${posts} (${keys} ${keys === 1 ? 'key' : 'keys'})`);

/** @param {Bill} bill @param {Circumstances['versions']} versions */
const toName = ({ payer }, versions) =>
  payer.isOurs ? 'generation-lifecycle' : `${payer.package} ${versions[payer.package ?? '']}`;

/**
 * `docs/charges.md`.
 *
 * @param {readonly Bill[]} bills
 * @param {Circumstances} circumstances
 */
export function toChargesPage(bills, { date, machine, versions }) {
  const lossNames = losses.map(({ name }) => name);
  const sent = bills.map(bill => [
    toName(bill, versions),
    bill.payer.action,
    ...bill.charges.map(toSent),
    toCount(Math.max(...bill.charges.map(({ jobs }) => jobs))),
  ]);
  const told = bills.map(bill => [toName(bill, versions), bill.payer.action, toCell(bill.charges[0]?.told ?? '')]);
  return `# What one click sends when its answer is lost

Written by \`npm run bench:charges\`; do not edit.

${date} · generation-lifecycle ${versions['generation-lifecycle']} · ${machine}

You click once. The request arrives at the backend, which may start the job and charge you. Then the answer is lost. This page
counts how many of these paid requests leave after that one click. Each client is called as its documentation shows it, with its
default options, against a server on the same machine that takes each request and loses each answer:

${losses.map(({ name, says }) => `- **${name}**: ${says}`).join('\n')}

The numbers are POST requests that start a job, and in parentheses the number of different idempotency keys among them. A number without
a key means that none was sent.

${toTable(['package ', 'the click calls ', ...lossNames, 'most jobs'], sent)}

*Most jobs* is what a backend starts that honors \`Idempotency-Key\`: one job for each different key, and one for each request without
one. A backend that does not know the header starts one job for each POST.

This library sends it once in each configuration, with a key, and says that the job may have been charged. Where the backend replays keys, *try again* sends
the same key. With \`canFindByKey\` it looks the job up, and shows the result that you have paid for.

## What the app is told after the reset

${toTable(['package ', 'the click calls ', 'the promise rejects with, or resolves to '], told)}

Only an answer that says whether the job may have been charged lets your page tell the user whether to click again.

## What is not known

- **Whether a vendor charges each request.** No vendor's backend was called. A backend may start the job before or after it fails, refund a job
  that nobody fetches, or recognize a repeated request by other means. That it may charge twice is why the number matters.
- **Whether a vendor honors a key.** The AI SDK sends one for videos. We have found no such header in the documentation of fal or
  Replicate, so there each POST may be a job.
- **Which losses happen.** A 500 may mean that nothing was started. A reset in the middle of the answer does not.
- **Time limits.** Node gives up an answer after 300 s, and some clients have limits of their own. Here all are 5 s, so that the run is
  short. What is repeated is the same.
- **Other options.** \`maxRetries: 0\` turns the repetition off in openai, @runwayml/sdk and ai. In the sources of @fal-ai/client and replicate we have found no
  option that does so for this call.
`;
}
