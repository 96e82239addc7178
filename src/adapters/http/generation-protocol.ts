// What a page's `remoteBackend` and the server half call the parts of their protocol.

/** In each answer, so that an answer of a proxy is told from one of the server half. */
export const protocolHeader = 'generation-protocol';
export const protocolVersion = '1';

/** The sealed job of a relay. */
export const sealedHeader = 'generation-job';
/** The same within the URL of a result, which is loaded without headers. */
export const sealedParameter = 'job';

export const keyHeader = 'idempotency-key';

/** The event of a stream that says that this job has no stream. */
export const noStreamEvent = 'none';

/** How many jobs one request reads. */
export const maxJobsPerRead = 100;
