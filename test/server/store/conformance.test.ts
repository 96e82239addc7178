import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { memoryJobs } from 'generation-lifecycle/server';
import { postgresJobs } from 'generation-lifecycle/server/postgres';
import { sqliteJobs } from 'generation-lifecycle/server/sqlite';
import { testJobStore } from 'generation-lifecycle/testing';
import { describe, it, onTestFinished } from 'vitest';
import { postgresForTests } from '../../support/postgres.js';

describe('memoryJobs', () => {
  testJobStore(
    async () => {
      const store = memoryJobs();
      return [store, store];
    },
    { it },
  );
});

describe('sqliteJobs', () => {
  testJobStore(
    async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'generations-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      const open = () => sqliteJobs({ url: `file:${folder}/jobs.db`, watchMs: 10 });
      return [open(), open()];
    },
    { it },
  );
});

describe('postgresJobs', () => {
  const postgres = postgresForTests();
  const open = (schema: string, listen: boolean) => postgresJobs(postgres.openPool(), { schema, listen, watchMs: 10 });

  testJobStore(
    async () => {
      const schema = postgres.newSchema();
      return [open(schema, true), open(schema, true)];
    },
    { it },
  );

  describe('without a connection that listens', () => {
    testJobStore(
      async () => {
        const schema = postgres.newSchema();
        return [open(schema, false), open(schema, false)];
      },
      { it },
    );
  });
});
