import { backendRows } from './rows.backend.mjs';
import { readRows, tabRows, troubleRows } from './rows.reads.mjs';
import { streamRows } from './rows.streams.mjs';
import { tcpRows } from './rows.tcp.mjs';

/** The fault table: what is tried, under the headings of `docs/faults.md`. */
export const faultTable = [
  { heading: 'What the reference backend does', rows: Object.values(backendRows).flat() },
  { heading: 'What HTTP libraries will not do', rows: tcpRows },
  { heading: 'Streams: form, silence, going back', rows: streamRows },
  { heading: 'Reads', rows: readRows },
  { heading: 'Trouble, sentence by sentence', rows: troubleRows },
  { heading: 'The tab', rows: tabRows },
];

export const allRows = faultTable.flatMap(({ rows }) => rows);
