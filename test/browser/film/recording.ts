import type { Said } from './page.js';

/** Something that the test has done, and where the film is at the vendor from then on. */
export type What = {
  readonly at: number;
  readonly what: string;
  readonly phase?: 'queued' | 'running' | 'done' | undefined;
};

/** How old news may be while a page is connected, in ms. A server that has just been started asks the vendor first. */
const staleMs = 10_000;

/** The words that name where the film is. */
const claims = [
  { begins: 'Waiting in the queue', phase: 'queued' },
  { begins: 'Your film is being made', phase: 'running' },
  { begins: 'Here is your film', phase: 'done' },
] as const;

const harmless = [
  '',
  'No film yet.',
  'Sending your wish.',
  'Your wish was taken.',
  'Your wish was taken, as far as we know.',
];

/**
 * Whether what a page said was true while it stood there: where the film was at the vendor, or had been a moment before. If the page says that it does not know
 * better, it may be older.
 */
export function isTrue({ at, text }: Said, until: number, happened: readonly What[]): boolean {
  if (harmless.includes(text)) return true;
  const claim = claims.find(({ begins }) => text.startsWith(begins));
  if (!claim) return false;
  const phases = happened.filter(({ phase }) => phase !== undefined);
  const index = phases.findIndex(({ phase }) => phase === claim.phase);
  const [begun, over] = [
    phases[index]?.at ?? Number.POSITIVE_INFINITY,
    phases[index + 1]?.at ?? Number.POSITIVE_INFINITY,
  ];
  const isOpen = !text.endsWith('as far as we know.');
  return begun <= until && (!isOpen || over >= at - staleMs) && begun <= at;
}

const seconds = (ms: number) => (ms / 1_000).toFixed(2);

/** What happened and what the page said, in their order, as a table. */
export function toTable(happened: readonly What[], said: readonly Said[]): string {
  const start = Math.min(...happened.map(({ at }) => at), ...said.map(({ at }) => at));
  const rows = [
    ...happened.map(({ at, what }) => ({ at, what, text: '', films: '' })),
    ...said.map(({ at, text, films }) => ({ at, what: '', text, films: String(films) })),
  ].sort((one, other) => one.at - other.at);
  return [
    '| s | what happened | what the page said | films shown |',
    '| --- | --- | --- | --- |',
    ...rows.map(({ at, what, text, films }) => `| ${seconds(at - start)} | ${what} | ${text} | ${films} |`),
  ].join('\n');
}
