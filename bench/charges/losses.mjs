/**
 * The ways in which the answer to a submit is lost after the backend has taken the request. `status` and `body` answer it; without
 * them the connection is reset, or nothing ever comes.
 *
 * @typedef {{ name: string, says: string, status?: number, type?: string, body?: string, isSilent?: boolean }} Loss
 */

/** @type {readonly Loss[]} */
export const losses = [
  { name: 'reset', says: 'the connection is reset once the whole request has arrived' },
  {
    name: '502',
    says: 'a proxy answers with 502 and a page',
    status: 502,
    type: 'text/html',
    body: '<html><h1>502 Bad Gateway</h1></html>',
  },
  {
    name: '500',
    says: 'the backend answers with 500 and JSON',
    status: 500,
    type: 'application/json',
    body: '{"error":{"message":"Internal error"},"detail":"Internal error"}',
  },
  { name: 'time-out', says: 'no answer comes', isSilent: true },
];
