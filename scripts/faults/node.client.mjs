import { follow } from './follow.mjs';

/** Generations in this very process, with Node's own fetch. @returns {import('./fault.types.js').Client} */
export const nodeClient = () => ({ where: 'Node', follow, close: async () => {} });
