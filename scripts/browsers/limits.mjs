/** @type {readonly ('Firefox' | 'WebKit')[]} */
const notChromium = ['Firefox', 'WebKit'];

/** @param {string} file @param {string} text @returns {readonly [file: string, text: string]} */
const inFile = (file, text) => [file, text];

/**
 * What a browser cannot do, or cannot be made to do in a test, and what happens instead.
 * @type {readonly import('./browsers.types.ts').Limit[]}
 */
export const limits = [
  {
    engines: ['WebKit'],
    what: 'A page opens no window of the inspector by itself',
    instead:
      '`open()` rejects with `InspectorError`, code `blocked`, and the generation goes on: call it in a click, as [the inspector](guide/inspector.md) says. Its frame works',
    shownBy: ['test/browser/inspector.browser.test.tsx', 'shows the same in a new window, also after it is reloaded'],
  },
  ...[
    'moves when the first is frozen, which locks it again when it is back',
    'is taken from one that is stuck with it, which reports the loss when it runs again',
    'stays where it may not move: with the hidden one, and not taken by one that may not take it',
  ].map(name => ({
    engines: notChromium,
    what: `A test cannot freeze or stop a tab, as Chromium's protocol can: a lock that ${name} is not tested`,
    instead:
      'A lock of a tab that is hidden, that releases it or that is closed is tested; it moves by the same messages',
    shownBy: inFile('test/browser/locks.page.test.ts', name),
  })),
  {
    engines: notChromium,
    what: 'A test cannot limit the room for IndexedDB',
    instead:
      'A write that fails as it does without room is tested in a page: it rejects with `storage-full`, and everything stays as it was',
    shownBy: inFile(
      'test/browser/store-tabs.page.test.ts',
      'indexedStore rejects with storage-full and leaves all as it was, when there is no room',
    ),
  },
  {
    engines: ['Firefox'],
    what: 'A page that follows a generation is not kept in the back/forward cache',
    instead: 'The page is loaded anew when the user comes back. The generation goes on, as after a reload',
    shownBy: inFile('test/browser/tabs.page.test.ts', 'goes on when its page comes back by the back button'),
  },
  {
    engines: ['Firefox'],
    what: 'Playwright does not hear of a download',
    instead: 'That the page tells `item.downloaded` is tested, and the name of the file in a page',
    shownBy: inFile('test/browser/drop-in.page.test.ts', 'S25: saves it although the cache holds it without CORS'),
  },
  {
    engines: ['WebKit'],
    what: 'No Playwright: cleanups of a page that closes, and whole pages of the drop-ins',
    instead:
      'Reloads, tabs, the back/forward cache and killed browsers are tested with a client, and drop-ins in a page',
    shownBy: inFile('test/browser/tabs.page.test.ts', 'goes on after a reload'),
  },
  {
    engines: notChromium,
    what: 'A test cannot crash one page, as the protocol of Chromium can',
    instead: 'The whole browser is killed at a step of the page, and started again with its profile',
    shownBy: inFile('test/browser/killed.page.test.ts', 'a browser that is killed while it generates'),
  },
  {
    engines: notChromium,
    what: 'Tabs of a test are not really hidden by the tab in front',
    instead: 'They are told that they are, and behave as hidden tabs do',
    shownBy: inFile(
      'test/browser/locks.page.test.ts',
      'moves to the visible one, and back when that is hidden in turn',
    ),
  },
];
