const keysLiveMs = 86_400_000;
/** A delivery that no key fits does not cause a request each time. */
const keysRestMs = 60_000;

/**
 * The keys by which deliveries are verified. They are loaded once a day, and anew for a delivery that none of them fits, because a vendor may
 * have changed them: at most once a minute, whatever is delivered.
 */
export function createWebhookKeys<TKey>(load: () => Promise<readonly TKey[]>) {
  let known: { readonly keys: readonly TKey[]; readonly at: number } | undefined;
  let loading: Promise<readonly TKey[]> | undefined;

  const getKeys = async (maxAgeMs: number): Promise<readonly TKey[]> => {
    if (known && Math.abs(Date.now() - known.at) < maxAgeMs) return known.keys;
    loading ??= load().finally(() => {
      loading = undefined;
    });
    const keys = await loading;
    // An outage of the keys does not make deliveries forged.
    if (keys.length > 0 || !known) known = { keys, at: Date.now() };
    return known.keys;
  };

  return async (isSignedBy: (keys: readonly TKey[]) => Promise<boolean>): Promise<boolean> =>
    (await isSignedBy(await getKeys(keysLiveMs))) || (await isSignedBy(await getKeys(keysRestMs)));
}
