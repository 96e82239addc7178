import ts from 'typescript';

/** Of browsers and of Node. What is not here is of the language, or of neither. */
const webApis = new Set([
  ...['AbortController', 'AbortSignal', 'Blob', 'BroadcastChannel', 'CompressionStream', 'CustomEvent', 'DOMException'],
  ...['DOMParser', 'DecompressionStream', 'Event', 'EventSource', 'EventTarget', 'File', 'FileReader', 'FormData'],
  ...['Headers', 'IDBKeyRange', 'Image', 'MessageChannel', 'MessageEvent', 'MutationObserver', 'Notification'],
  ...['ReadableStream', 'Request', 'Response', 'SharedWorker', 'TextDecoder', 'TextDecoderStream', 'TextEncoder'],
  ...['TextEncoderStream', 'TransformStream', 'URL', 'URLPattern', 'URLSearchParams', 'WebSocket', 'Worker'],
  ...['WritableStream', 'XMLHttpRequest', 'alert', 'atob', 'btoa', 'caches', 'console', 'crypto', 'document', 'fetch'],
  ...['history', 'indexedDB', 'localStorage', 'location', 'matchMedia', 'navigator', 'performance', 'process'],
  ...['queueMicrotask', 'reportError', 'requestAnimationFrame', 'requestIdleCallback', 'scheduler', 'sessionStorage'],
  ...['setImmediate', 'setInterval', 'setTimeout', 'structuredClone', 'window'],
]);

/** Whether a name is used for its value: a type of the same name exists at compile time only. @param {ts.Identifier} node */
function isUsed(node) {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) {
    const { expression } = parent;
    return expression === node || (ts.isIdentifier(expression) && expression.text === 'globalThis');
  }
  if (ts.isNewExpression(parent) || ts.isCallExpression(parent)) return parent.expression === node;
  if (ts.isBinaryExpression(parent)) return parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword;
  return ts.isTypeOfExpression(parent);
}

/** @param {ts.Node} node @returns {readonly string[]} */
function apisIn(node) {
  const found = ts.isIdentifier(node) && webApis.has(node.text) && isUsed(node) ? [node.text] : [];
  ts.forEachChild(node, child => {
    found.push(...apisIn(child));
  });
  return found;
}

/** The names of all APIs of the platform that the sources use. @param {import('./sources.mjs').Sources} sources */
export const webApisIn = sources => [...new Set([...sources.values()].flatMap(apisIn))].sort();
