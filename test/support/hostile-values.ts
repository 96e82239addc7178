/** Values that a backend, an adapter or a page may bring, each with the members of a harmless output. */
export const hostileValues: { readonly [name: string]: () => { readonly url: string } } = {
  'a hundred objects that refer to each other': () => {
    const all = Array.from({ length: 100 }, (_, index) => ({ url: `/${index}`, others: [] as object[] }));
    for (const one of all) one.others.push(...all);
    return all[0] ?? { url: '' };
  },
  'one object in many places, level below level': () => {
    let shared: object = { width: 1 };
    for (let level = 0; level < 9; level += 1)
      shared = Object.fromEntries(Array.from('abcdefgh', name => [name, shared]));
    return { url: '/1', shared };
  },
  'an object that contains itself': () => {
    const endless: { readonly url: string; self?: object } = { url: '/1' };
    endless.self = endless;
    return endless;
  },
  'a value nested 100 000 times': () => {
    let nested: object = {};
    for (let level = 0; level < 100_000; level += 1) nested = { nested };
    return { url: '/1', nested };
  },
  'a list of 100 000 items': () => ({ url: '/1', list: Array.from({ length: 100_000 }, (_, index) => ({ index })) }),
  'a sparse list': () => ({ url: '/1', list: new Array(4_000_000_000) }),
  'an object with 100 000 members': () => ({
    url: '/1',
    ...Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`member${index}`, index])),
  }),
  'members with long names': () => ({
    url: '/1',
    ...Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`${index}`.padEnd(300, '\u0001'), index])),
  }),
  'a text of 2 MB': () => ({ url: '/1', text: 'x'.repeat(2_000_000), list: ['\u0000'.repeat(1_000_000)] }),
  'a url of 2 MB': () => ({ url: `data:image/png;base64,${'A'.repeat(2_000_000)}` }),
  'a getter that throws': () => ({
    url: '/1',
    get width(): number {
      throw new Error('a fault of the page');
    },
  }),
  'a proxy that was revoked': () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return { url: '/1', proxy };
  },
  'a proxy that is endless': () => {
    const handler: ProxyHandler<{ readonly url: string }> = {
      get: (_, name) => (name === 'url' ? '/1' : typeof name === 'symbol' || name === 'toJSON' ? undefined : endless()),
      ownKeys: () => Array.from({ length: 200 }, (_, index) => `member${index}`),
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
    };
    const endless = (): { readonly url: string } => new Proxy({ url: '/1' }, handler);
    return endless();
  },
};
