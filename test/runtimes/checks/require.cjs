const { createGenerationMachine } = require('generation-lifecycle');
const { fal } = require('generation-lifecycle/adapters/fal');

/** @param {typeof import('generation-lifecycle')} imported */
exports.isSame = imported => imported.createGenerationMachine === createGenerationMachine && typeof fal === 'function';
