import { follow } from './follow.mjs';

Object.assign(globalThis, { follow });
