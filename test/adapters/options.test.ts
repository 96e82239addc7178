import {
  browserLocks,
  fileBackend,
  fileChannels,
  indexedStore,
  localStore,
  memoryStore,
  sharedEvents,
  sharedReads,
} from 'generation-lifecycle/adapters';
import { describe, expect, it } from 'vitest';

describe('an option that does not exist', () => {
  // As JSON, because TypeScript refuses these calls.
  it.each([
    {
      call: () => fileBackend(JSON.parse('{"kind":"image","baseURL":"/"}')),
      message: 'fileBackend() has no option "baseURL". Did you mean "baseUrl"?',
    },
    {
      call: () => fileChannels(JSON.parse('{"chanelOf":null}')),
      message: 'fileChannels() has no option "chanelOf". Did you mean "channelOf"?',
    },
    {
      call: () => fileChannels(JSON.parse('{"kind":"image"}')),
      message: 'fileChannels() has no option "kind". Did you mean "fetch"?',
    },
    {
      call: () => sharedEvents(JSON.parse('{"route":{},"maxConnection":2}')),
      message: 'sharedEvents() has no option "maxConnection". Did you mean "maxConnections"?',
    },
    {
      call: () => sharedReads(JSON.parse('{"window":5}')),
      message: 'sharedReads() has no option "window". Did you mean "windowMs"?',
    },
    {
      call: () => localStore(JSON.parse('{"key":"pictures","keys":"other"}')),
      message: 'localStore() has no option "keys". Did you mean "key"?',
    },
    {
      call: () => indexedStore(JSON.parse('{"name":"pictures","limits":5}')),
      message: 'indexedStore() has no option "limits". Did you mean "limit"?',
    },
    {
      call: () => memoryStore(JSON.parse('{"max":5}')),
      message: 'memoryStore() has no option "max". Did you mean "limit"?',
    },
    {
      call: () => browserLocks(JSON.parse('{"prefx":"p"}')),
      message: 'browserLocks() has no option "prefx". Did you mean "prefix"?',
    },
  ])('is a TypeError: $message', ({ call, message }) => {
    expect(call).toThrow(new TypeError(message));
  });
});

it('every option that exists is accepted', () => {
  const headers = {};
  const [readMany, migrate] = [async () => new Map(), () => []];
  const generations = { key: 'states', toStored: () => null, fromStored: () => undefined };
  const store = memoryStore({ limit: 1 });
  expect(() => {
    fileBackend({ kind: 'image', baseUrl: '', fetch, headers, maxEventBytes: 1 });
    sharedEvents({ ...fileChannels({ baseUrl: '', fetch, headers, maxEventBytes: 1, channelOf: () => 'c' }) });
    sharedEvents({ ...fileChannels(), maxConnections: 1 });
    sharedReads({ readMany, windowMs: 1 });
    localStore({ key: 'pictures', limit: 1, generations, version: 1, migrate, storage: undefined });
    indexedStore({ name: 'pictures', limit: 1, importFrom: store });
    browserLocks({ prefix: 'p' });
  }).not.toThrow();
});
