import { follow } from './follow.mjs';

/** Runs rows in this process, with Node's own `fetch`. @returns {import('./fault.types.js').Runtime} */
export const nodeRuntime = () => ({ where: 'Node', follow, close: async () => {} });
