import { type VendorScenario, vendorScenarios as vendors } from 'generation-lifecycle/testing/vendors';

/** A case, and what every vendor has to come to in it. */
export type VendorRow = {
  readonly name: string;
  readonly scenario: VendorScenario;
  /** In ms after the start. */
  readonly cancelAtMs?: number;
  readonly reloadAtMs?: number;
  /** The status, and of a failure its code. */
  readonly ends: readonly string[];
  /** Of an adapter that cannot cancel. @defaultValue `ends` */
  readonly endsAlone?: readonly string[];
  /** How many submits the vendor accepts. @defaultValue 1 */
  readonly charged?: 0 | 1;
};

const done = ['completed'];
const stopped = ['cancelled, stopped'];
const left = ['cancelled, not stopped'];

export const rows: readonly VendorRow[] = [
  { name: 'success', scenario: vendors.healthy, ends: done },
  { name: 'success without a stream', scenario: vendors.noStream, ends: done },
  { name: 'a minute in the queue', scenario: vendors.slowQueue, ends: done },
  { name: 'the job fails', scenario: vendors.failed, ends: ['failed: job-failed'] },
  { name: 'the content is refused at the end', scenario: vendors.moderated, ends: ['failed: moderated'] },
  {
    name: 'the content is refused at the submit',
    scenario: vendors.moderatedAtSubmit,
    ends: ['failed: moderated'],
    charged: 0,
  },
  { name: 'the result is deleted', scenario: vendors.expired, ends: ['failed: expired'] },
  { name: 'cancel in the queue', scenario: vendors.slowQueue, cancelAtMs: 1_000, ends: stopped, endsAlone: left },
  { name: 'cancel while it runs', scenario: { runningMs: 30_000 }, cancelAtMs: 4_000, ends: stopped, endsAlone: left },
  { name: 'a cancel that takes 3 s', scenario: vendors.slowCancel, cancelAtMs: 4_000, ends: stopped, endsAlone: left },
  {
    name: 'a cancel that comes too late',
    scenario: vendors.healthy,
    cancelAtMs: 5_950,
    ends: [...done, ...stopped],
    endsAlone: left,
  },
  {
    name: 'a cancel that the model ignores',
    scenario: vendors.vainCancel,
    cancelAtMs: 3_000,
    ends: done,
    endsAlone: left,
  },
  { name: '401 at the submit', scenario: vendors.unauthorized, ends: ['failed: unauthorized'], charged: 0 },
  { name: '402 at the submit', scenario: vendors.noCredit, ends: ['failed: payment-required'], charged: 0 },
  { name: '404 at the submit', scenario: vendors.unknownModel, ends: ['failed: not-found'], charged: 0 },
  { name: '422 at the submit', scenario: vendors.badInput, ends: ['failed: bad-input'], charged: 0 },
  { name: '429 at the submit', scenario: vendors.limitedSubmit, ends: ['failed: rate-limited'], charged: 0 },
  { name: '500 at the submit', scenario: vendors.brokenSubmit, ends: ['failed: network'], charged: 0 },
  { name: 'the answer to the submit is lost', scenario: vendors.lostSubmit, ends: ['failed: network'] },
  { name: '429 at the reads', scenario: vendors.limitedReads, ends: done },
  { name: '502 for 3 s', scenario: vendors.outage, ends: done },
  {
    name: '502 for 3 s, without a stream',
    scenario: { faults: [...vendors.outage.faults, ...vendors.noStream.faults] },
    ends: done,
  },
  { name: 'the stream is cut', scenario: vendors.cutStream, ends: done },
  { name: 'the stream is silent', scenario: vendors.silentStream, ends: done },
  { name: 'a read hangs', scenario: vendors.hangingRead, ends: done },
  { name: 'the end is told twice', scenario: vendors.repeatedEnd, ends: done },
  { name: 'a reload in the queue', scenario: vendors.healthy, reloadAtMs: 1_000, ends: done },
  { name: 'a reload while it runs', scenario: vendors.healthy, reloadAtMs: 4_000, ends: done },
  { name: 'a reload as it ends', scenario: vendors.healthy, reloadAtMs: 6_000, ends: done },
  { name: 'a reload of a job that failed', scenario: vendors.failed, reloadAtMs: 5_900, ends: ['failed: job-failed'] },
];
