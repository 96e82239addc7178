/** @typedef {import('./engine-crash.types.ts').LeaseLine} LeaseLine */

/** Which process has which rows, and how long it takes until those of a dead one are somebody else's. */
export function createLeases() {
  /** @type {Map<string, object>} */
  const owners = new Map();
  /** Rows of dead processes, and when these were killed. @type {Map<string, number>} */
  const orphans = new Map();
  /** @type {number[]} */
  const takeOvers = [];
  return {
    takeOvers,
    /** @param {object} part @param {LeaseLine} line */
    hear(part, { lease, id, at }) {
      if (lease === 'left') {
        orphans.delete(id);
        if (owners.get(id) === part) owners.delete(id);
        return;
      }
      const killedAt = orphans.get(id);
      if (killedAt !== undefined && at >= killedAt) takeOvers.push(at - killedAt);
      orphans.delete(id);
      owners.set(id, part);
    },
    /** @param {object} part that was killed, all lines of which were heard */
    bury(part, killedAt = Date.now()) {
      for (const [id, owner] of owners) {
        if (owner !== part) continue;
        owners.delete(id);
        orphans.set(id, killedAt);
      }
    },
  };
}
