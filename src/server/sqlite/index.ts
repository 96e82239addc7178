export { type SqliteJobsOptions, sqliteJobs } from './sqlite-jobs.js';
export type { SqliteTransaction } from './transaction.js';
