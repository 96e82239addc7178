/** What stands in an update for a preview that this process remembers, before its name. */
export const namedPreview = 'generation-preview:';

/** In characters of their URLs, over all jobs. */
const maxLength = 64_000_000;
const maxPerJob = 8;
/** A page has loaded it by then. */
const lifeMs = 600_000;

type Kept = { readonly url: string; readonly at: number };

/**
 * The newest previews of jobs, in this process: a page loads each of them once, from the process that has told it about it. They are
 * early pictures and nothing that is paid for, so they may be lost.
 */
export function createPreviewMemory(now: () => number = Date.now) {
  /** By job, in the order in which jobs were last told about; then by name. */
  const jobs = new Map<string, Map<string, Kept>>();
  let length = 0;

  const drop = (job: string, names: Map<string, Kept>, name: string) => {
    length -= names.get(name)?.url.length ?? 0;
    names.delete(name);
    if (names.size === 0) jobs.delete(job);
  };

  const dropOld = () => {
    for (const [job, names] of jobs)
      for (const [name, { at }] of names)
        if (now() - at > lifeMs || length > maxLength || names.size > maxPerJob) drop(job, names, name);
  };

  return {
    keep(job: string, name: string, url: string): void {
      const names = jobs.get(job) ?? new Map<string, Kept>();
      length += url.length - (names.get(name)?.url.length ?? 0);
      names.delete(name);
      names.set(name, { url, at: now() });
      jobs.delete(job);
      jobs.set(job, names);
      dropOld();
    },
    get: (job: string, name: string): string | undefined => jobs.get(job)?.get(name)?.url,
  };
}

export type PreviewMemory = ReturnType<typeof createPreviewMemory>;
