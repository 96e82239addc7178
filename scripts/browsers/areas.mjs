/** What the tests in browsers are about, by the names of their files. A file belongs to the first that fits. @type {readonly (readonly [string, RegExp])[]} */
const areas = [
  ['Hooks', /\/(use-|paths\.|bindings\/)/],
  ['Drop-ins', /\/drop-in[^/]*\.(browser\.test|page\.test)/],
  ['Stores', /\/(indexed-store|local-store)/],
  ['Tabs: stores', /\/store-tabs/],
  ['Tabs: locks', /\/locks/],
  ['Tabs, reloads and the back button: a client', /\/(tabs|back-forward|closing)\.page/],
  ['Crash: a page, or the whole browser', /\/(crash|killed)\./],
  ['Fault table', /\/faults\./],
  ['Network: six connections, other origins', /\/(connections|cross-origin)\./],
  ['Regressions', /\/regressions\./],
  ['The page’s environment', /\/environment\./],
  ['Inspector and recorder', /\/(inspector|recording)\./],
  ['Code of the guide', /\/guide\//],
];

/** @param {string} file a path in the repository @returns {string | undefined} */
export const areaOf = file => areas.find(([, pattern]) => pattern.test(file))?.[0];

export const areaNames = areas.map(([name]) => name);
