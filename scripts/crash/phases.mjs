/**
 * The marks of a run without a crash, in order. A page that crashes after one of these marks crashes in its phase.
 * @type {readonly (readonly [phase: string, marks: readonly import('./crash.types.ts').Mark[]])[]}
 */
export const phases = [
  ['before the generation is stored', ['generate', 'generation.requested']],
  ['stored, before the POST', ['generation.called', 'generation.stored', 'post.requested']],
  ['during the POST', ['post.sent']],
  ['POST answered, before the job is stored', ['post.answered', 'job.requested']],
  ['following', ['job.called', 'job.stored', 'update.requested', 'update.called', 'update.stored']],
  ['result received, before the item is stored', ['result', 'items.requested']],
  ['item stored, before the removal', ['items.called', 'items.stored', 'reported', 'removal.requested']],
  ['after the removal', ['removal.called', 'removal.stored']],
];

/**
 * The last phase that the page certainly reached, by its marks and by its storage: either can be ahead of the other.
 * @param {import('./crash.types.ts').CrashReport} report
 */
export function phaseOf({ marks, storedAfterCrash: { generations, items }, posts }) {
  const evidence = [
    ...marks,
    generations.length > 0 && 'generation.called',
    posts > 0 && 'post.sent',
    generations.some(({ hasJob }) => hasJob) && 'job.called',
    items.length > 0 && (generations.length > 0 ? 'items.called' : 'removal.called'),
  ];
  const reached = phases.map(([, ofPhase]) => ofPhase.some(name => evidence.includes(name)));
  return phases[reached.lastIndexOf(true)]?.[0] ?? phases[0]?.[0] ?? '';
}
