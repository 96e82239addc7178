/** What hooks write with in memory: values by key, which are stored together with the job, or not at all. */
export type MemoryTransaction = {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  delete(key: string): void;
};

type Change = { readonly value: unknown } | undefined;

/** The values that hooks keep in memory, and how they change. */
export function createMemoryRows() {
  const rows = new Map<string, unknown>();
  let commits = 0;

  return {
    rows: rows as ReadonlyMap<string, unknown>,

    begin() {
      const changes = new Map<string, Change>();
      const begunAt = commits;
      let isOver = false;
      const assertOpen = () => {
        if (!isOver) return;
        throw new TypeError(
          'A hook has used its transaction after the end of it. Nothing was written by that. Await what the hook does within it, and keep no reference to the transaction.',
        );
      };
      const change = (key: string, to: Change) => {
        assertOpen();
        changes.set(key, to);
      };
      const lent: MemoryTransaction = {
        get(key) {
          assertOpen();
          return structuredClone(changes.has(key) ? changes.get(key)?.value : rows.get(key));
        },
        set: (key, value) => change(key, { value: structuredClone(value) }),
        delete: key => change(key, undefined),
      };
      return {
        lent,
        end(): void {
          isOver = true;
        },
        /** `false` if another transaction was faster, because this one may have read what is not so any more. */
        commit(): boolean {
          if (commits !== begunAt) return false;
          for (const [key, to] of changes) {
            if (to) rows.set(key, to.value);
            else rows.delete(key);
          }
          if (changes.size > 0) commits += 1;
          return true;
        },
      };
    },
  };
}
