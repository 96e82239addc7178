export { type PostgresJobsOptions, postgresJobs } from './postgres-jobs.js';
export type { PostgresTransaction } from './transaction.js';
