const keysLiveMs = 86_400_000;
/** A delivery that no key fits does not cause a request each time. */
const keysRestMs = 60_000;
/** Who delivers gives up after some seconds, and delivers again. */
const longestLoadMs = 10_000;

/**
 * The keys by which deliveries are verified. They are loaded once a day, and anew for a delivery that none of them fits, because a vendor may
 * have changed them: at most once a minute, whatever is delivered.
 *
 * @param load rejects if there are no keys. It is aborted after 10 s
 */
export function createWebhookKeys<TKey>(load: (signal: AbortSignal) => Promise<readonly TKey[]>) {
  let known: { readonly keys: readonly TKey[]; readonly at: number } | undefined;
  let loading: Promise<readonly TKey[]> | undefined;

  const getKeys = async (maxAgeMs: number): Promise<readonly TKey[]> => {
    if (known && Math.abs(Date.now() - known.at) < maxAgeMs) return known.keys;
    loading ??= loadInTime(load).finally(() => {
      loading = undefined;
    });
    known = { keys: await loading, at: Date.now() };
    return known.keys;
  };
  /** A day later they are most likely the same. Only a delivery that they do not fit needs others. */
  const getKnownKeys = async () =>
    getKeys(keysLiveMs).catch((error: unknown) => {
      if (known) return known.keys;
      throw error;
    });

  return async (isSignedBy: (keys: readonly TKey[]) => Promise<boolean>): Promise<boolean> =>
    (await isSignedBy(await getKnownKeys())) || (await isSignedBy(await getKeys(keysRestMs)));
}

/** No chart follows a delivery, so the time is limited here. */
async function loadInTime<TKeys>(load: (signal: AbortSignal) => Promise<TKeys>): Promise<TKeys> {
  const controller = new AbortController();
  const limit = setTimeout(() => {
    const reason = `The keys that verify deliveries did not come within ${longestLoadMs / 1_000} s.`;
    controller.abort(new Error(`${reason} Answer 500, so that the delivery is sent again.`));
  }, longestLoadMs);
  return load(controller.signal).finally(() => clearTimeout(limit));
}
