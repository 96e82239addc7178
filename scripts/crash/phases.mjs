/**
 * What a page does in a run that goes well, in this order, and what a page is in the middle of when it dies after that.
 * @type {readonly (readonly [phase: string, marks: readonly import('./crash.types.ts').Mark[]])[]}
 */
export const phases = [
  ['before its record', ['asked', 'record.asked']],
  ['record, before the POST', ['record.called', 'record.kept', 'post.asked']],
  ['during the POST', ['post.sent']],
  ['answer, before the job is on record', ['post.answered', 'job.asked']],
  ['following', ['job.called', 'job.kept', 'news.asked', 'news.called', 'news.kept']],
  ['between event and commit', ['result', 'items.asked']],
  ['between commit and removal', ['items.called', 'items.kept', 'told', 'removal.asked']],
  ['after the removal', ['removal.called', 'removal.kept']],
];

/**
 * How far it had come for certain, by what it had told and by what it has left: the two go separate ways out of a page.
 * @param {import('./crash.types.ts').Autopsy} autopsy
 */
export function phaseOf({ marks, left, posts }) {
  const evidence = [
    ...marks,
    left.records.length > 0 && 'record.called',
    posts > 0 && 'post.sent',
    left.records.some(({ hasJob }) => hasJob) && 'job.called',
    left.items.length > 0 && (left.records.length > 0 ? 'items.called' : 'removal.called'),
  ];
  const reached = phases.map(([, ofPhase]) => ofPhase.some(name => evidence.includes(name)));
  return phases[reached.lastIndexOf(true)]?.[0] ?? 'before its record';
}
