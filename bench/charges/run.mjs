import { writeFileSync } from 'node:fs';
import { circumstances } from '../report/circumstances.mjs';
import { install } from '../vendors/install.mjs';
import { measureCharges } from './measure.mjs';
import { toChargesPage } from './page.mjs';
import { roster } from './roster.mjs';

install();
const page = new URL('../../docs/charges.md', import.meta.url);
const packages = [...new Set(roster.flatMap(payer => payer.package ?? []))];
const bills = await measureCharges(roster);
writeFileSync(page, toChargesPage(bills, circumstances(packages)));

for (const { payer, charges } of bills) {
  const sent = charges.map(({ loss, posts, keys }) => `${loss} ${posts} (${keys} keys)`).join(', ');
  console.log(`${payer.id.padEnd(14)} ${sent}`);
}
/** Nothing is bought twice: not by us, in no configuration and by no loss. */
const paidTwice = bills.filter(({ payer, charges }) => payer.isOurs && charges.some(({ jobs }) => jobs > 1));
for (const { payer } of paidTwice) console.error(`${payer.id} starts more than one job.`);
console.log('Written: docs/charges.md');
process.exitCode = paidTwice.length > 0 ? 1 : 0;
