/**
 * How long the JSON of one event or one snapshot may become, in characters. What the chart decides by is never beside a
 * large payload: each payload (an output, a job, a message) has room of its own, the same wherever it stands, so that it is
 * cut in the same way in the event that brought it and in the context that keeps it.
 */
const structureLength = 16_000;
const payloadLength = 8_000;
const payloadsLength = 64_000;

/** The names of members that users, adapters and backends fill. The chart decides by none of their values. */
export const payloadNames: ReadonlySet<string> = new Set(['input', 'job', 'output', 'message', 'details', 'previews']);

/** The most reasons that are listed. */
const maxOmitted = 10;
const maxPathLength = 300;

/** What is left for a part of the JSON, in characters. */
export type Room = { left: number };

/** The room of one event or one snapshot, and what did not fit. */
export type JsonRoom = {
  readonly whole: Room;
  /** What is left for all payloads. */
  readonly payloads: Room;
  /** Runs `write` for a payload, in the payload's own room. */
  readonly inPayload: <TResult>(write: (room: Room) => TResult) => TResult;
  /** Notes that something at this path is left out, and why. */
  readonly omit: (path: string, reason: string) => void;
  readonly omitted: readonly string[];
};

export function createJsonRoom(): JsonRoom {
  const payloads: Room = { left: payloadsLength };
  const omitted: string[] = [];
  return {
    whole: { left: structureLength },
    payloads,
    inPayload(write) {
      const given = Math.min(payloadLength, payloads.left);
      const room = { left: given };
      try {
        return write(room);
      } finally {
        payloads.left -= given - Math.max(0, room.left);
      }
    },
    omit(path, reason) {
      if (omitted.length > maxOmitted) return;
      omitted.push(omitted.length === maxOmitted ? 'and more' : `${path.slice(0, maxPathLength)}: ${reason}`);
    },
    omitted,
  };
}
