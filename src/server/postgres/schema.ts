/** A step of the tables' form. */
export type Migration = {
  /**
   * The oldest schema whose library can work on the tables after this step. Steps add columns with defaults, tables and indexes, so that an older
   * version goes on beside a newer one while you deploy; a step that cannot do so names itself here.
   */
  readonly compatibleFrom: number;
  readonly statements: (schema: string) => readonly string[];
};

/** Each step changes the tables of the one before, once. Never change one that was released: add the next. */
export const migrations: readonly Migration[] = [
  {
    compatibleFrom: 1,
    statements: schema => [
      // A lease changes no column that is indexed. With room on its page, that costs no index entry.
      `create table ${schema}.generation_jobs (
        id text collate "C" primary key,
        user_id text collate "C" not null,
        backend text collate "C" not null,
        key text collate "C" not null,
        wish_hash text,
        status text not null,
        version integer not null,
        state text not null,
        due_at bigint,
        owner text,
        lease_until bigint,
        created_at bigint not null,
        updated_at bigint not null,
        ended_at bigint,
        changed_by xid8 not null default pg_current_xact_id(),
        unique (user_id, key)
      ) with (fillfactor = 80)`,
      `create index generation_jobs_due on ${schema}.generation_jobs (due_at) where due_at is not null`,
      `create index generation_jobs_of_user on ${schema}.generation_jobs (user_id, updated_at)`,
      `create index generation_jobs_running_of_user on ${schema}.generation_jobs (user_id) where ended_at is null`,
      `create index generation_jobs_running on ${schema}.generation_jobs (backend) where ended_at is null`,
      `create index generation_jobs_changed on ${schema}.generation_jobs (changed_by)`,
      `create index generation_jobs_ended on ${schema}.generation_jobs (ended_at) where ended_at is not null`,
    ],
  },
  {
    compatibleFrom: 1,
    statements: schema => [
      `create table ${schema}.generation_durations (
        id bigint generated always as identity primary key,
        backend text collate "C" not null,
        label text collate "C" not null,
        from_ms double precision not null,
        to_ms double precision
      )`,
      `create index generation_durations_of on ${schema}.generation_durations (backend, label, id)`,
    ],
  },
  {
    compatibleFrom: 1,
    statements: schema => [
      `create table ${schema}.generation_records (
        user_id text collate "C" not null,
        backend text collate "C" not null,
        shelf text collate "C" not null,
        id text collate "C" not null,
        revision bigint not null,
        value text,
        key text collate "C",
        updated_at bigint not null,
        primary key (user_id, backend, shelf, id)
      )`,
      `create index generation_records_changed on ${schema}.generation_records (user_id, backend, shelf, revision)`,
      `create index generation_records_of_key on ${schema}.generation_records (user_id, backend, key) where key is not null`,
      `create index generation_records_updated on ${schema}.generation_records (updated_at)`,
    ],
  },
];
