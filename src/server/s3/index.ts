export { type S3ResultsOptions, s3Results } from './s3-results.js';
