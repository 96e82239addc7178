import { backendRows } from './rows.backend.mjs';
import { errorRows, readRows, tabRows } from './rows.reads.mjs';
import { streamRows } from './rows.streams.mjs';
import { tcpRows } from './rows.tcp.mjs';

/** The fault table, by the headings of `docs/faults.md`. */
export const faultTable = [
  { heading: 'Faults of the reference backend', rows: Object.values(backendRows).flat() },
  { heading: 'Faults of connections', rows: tcpRows },
  { heading: 'Streams: format, silence, reconnection', rows: streamRows },
  { heading: 'Reads', rows: readRows },
  { heading: 'Failures, outages and deadlines', rows: errorRows },
  { heading: 'Page lifecycle', rows: tabRows },
];

export const allRows = faultTable.flatMap(({ rows }) => rows);
