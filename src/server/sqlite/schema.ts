/** Each step changes the tables of the one before, once. Never change one that was released: add the next. */
export const migrations: readonly (readonly string[])[] = [
  [
    `create table generation_jobs (
      id text primary key,
      user_id text not null,
      backend text not null,
      key text not null,
      wish_hash text,
      status text not null,
      version integer not null,
      state text not null,
      due_at integer,
      owner text,
      lease_until integer,
      created_at integer not null,
      updated_at integer not null,
      ended_at integer,
      unique (user_id, key)
    ) strict`,
    'create index generation_jobs_due on generation_jobs (due_at) where due_at is not null',
    'create index generation_jobs_of_user on generation_jobs (user_id, backend, updated_at)',
    'create index generation_jobs_running on generation_jobs (backend, status) where ended_at is null',
    'create index generation_jobs_updated on generation_jobs (updated_at)',
    'create index generation_jobs_ended on generation_jobs (ended_at) where ended_at is not null',
  ],
  [
    `create table generation_durations (
      id integer primary key autoincrement,
      backend text not null,
      label text not null,
      from_ms real not null,
      to_ms real
    ) strict`,
    'create index generation_durations_of on generation_durations (backend, label, id)',
  ],
  [
    `create table generation_records (
      user_id text not null,
      backend text not null,
      shelf text not null,
      id text not null,
      revision integer not null,
      value text,
      key text,
      updated_at integer not null,
      primary key (user_id, backend, shelf, id)
    ) strict, without rowid`,
    'create unique index generation_records_changed on generation_records (user_id, backend, shelf, revision)',
    'create index generation_records_of_key on generation_records (user_id, backend, key) where key is not null',
    'create index generation_records_updated on generation_records (updated_at)',
  ],
];

/** A file of another program, or of a later version, has another number there. */
export const versionTable = 'create table if not exists generation_schema (version integer primary key) strict';
