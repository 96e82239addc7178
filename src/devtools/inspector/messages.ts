import type { InspectionEvent } from 'xstate';
import type { JsonObject } from '../../machines/generation/generation.port.js';
import { isObject, membersOf } from '../../machines/json.js';
import { type Redact, redacted, redactedEvent } from '../redaction.js';
import { getSafely, toDefinition, toName } from './names.js';

/** The members of every message. */
type MessageBase = {
  readonly sessionId: string;
  readonly rootId: string;
  /** ms since the epoch, as a text. */
  readonly createdAt: string;
  /** Unique for each message of this inspector. */
  readonly id: string;
  /** The version of `@statelyai/inspect` that has this protocol. */
  readonly _version: '0.7.2';
  /** What is left out of the event or the snapshot because it is too large or cannot be read. */
  readonly omitted?: readonly string[] | undefined;
};

/** One message of the inspector's protocol, as JSON and redacted. */
export type InspectorMessage = MessageBase &
  (
    | {
        readonly type: '@xstate.actor';
        readonly name: string;
        readonly parentId: string | undefined;
        readonly definition: string;
        readonly snapshot: JsonObject;
      }
    | { readonly type: '@xstate.event'; readonly sourceId: string | undefined; readonly event: JsonObject }
    | { readonly type: '@xstate.snapshot'; readonly event: JsonObject; readonly snapshot: JsonObject }
  );

type Inspected = InspectionEvent['actorRef'];

/** XState has no public member for an actor's parent. */
function parentOf(actor: Inspected): Inspected | undefined {
  const parent: unknown = Reflect.get(actor, '_parent');
  return isActor(parent) ? parent : undefined;
}
const isActor = (value: unknown): value is Inspected => isObject(value) && 'sessionId' in value;

/** A message says what is left out only if something is. */
const toParts = <TParts extends object>({ omitted, ...parts }: TParts & { readonly omitted: readonly string[] }) => ({
  ...parts,
  ...(omitted.length > 0 && { omitted }),
});

/** Converts XState's inspection events to messages, in their order. Create one for each inspector. */
export function inspectorMessages(redact: Redact | undefined) {
  const introduced = new WeakSet<Inspected>();
  let count = 0;

  const toBase = ({ sessionId }: Inspected, rootId: string): MessageBase => {
    count += 1;
    return { sessionId, rootId, createdAt: String(Date.now()), id: String(count), _version: '0.7.2' };
  };

  /** Lists the members, because a snapshot also refers to its machine, its children and the actor system. Names of the chart are not redacted. */
  function toSnapshot(snapshot: unknown): { readonly snapshot: JsonObject; readonly omitted: readonly string[] } {
    if (!isObject(snapshot)) return { snapshot: { status: 'active' }, omitted: [] };
    const get = (name: string) => getSafely(snapshot, name);
    const tags = get('tags');
    const names = { status: get('status'), value: get('value'), tags: tags instanceof Set ? [...tags] : undefined };
    const data = { context: get('context'), output: get('output'), error: get('error'), input: get('input') };
    const shownNames = redacted(names, ({ value }) => value);
    const shownData = redacted(data, redact);
    return {
      snapshot: { ...membersOf(shownNames.json), ...membersOf(shownData.json) },
      omitted: [...shownNames.omitted, ...shownData.omitted],
    };
  }

  function introduce(
    actor: Inspected,
    inspected: InspectionEvent,
    kind: string | undefined,
  ): readonly InspectorMessage[] {
    if (introduced.has(actor)) return [];
    introduced.add(actor);
    const parent = parentOf(actor);
    const isNew = inspected.type === '@xstate.actor' && inspected.actorRef === actor;
    return [
      // The parent may have started before it was inspected.
      ...(parent ? introduce(parent, inspected, kind) : []),
      {
        ...toBase(actor, inspected.rootId),
        type: '@xstate.actor',
        name: toName(actor, kind),
        parentId: parent?.sessionId,
        definition: toDefinition(actor, toName(actor, kind)),
        // While an actor is being created, `getSnapshot` throws.
        ...toParts(toSnapshot(isNew ? undefined : actor.getSnapshot())),
      },
    ];
  }

  return (inspected: InspectionEvent, kind: string | undefined): readonly InspectorMessage[] => {
    const { actorRef, rootId } = inspected;
    const first = introduce(actorRef, inspected, kind);
    if (inspected.type === '@xstate.event') {
      const { event, sourceRef, type } = inspected;
      const parts = toParts(redactedEvent(event, redact));
      return [...first, { ...toBase(actorRef, rootId), type, sourceId: sourceRef?.sessionId, ...parts }];
    }
    if (inspected.type === '@xstate.snapshot') {
      const { event, snapshot, type } = inspected;
      const told = redactedEvent(event, redact);
      const shown = toSnapshot(snapshot);
      const parts = toParts({ ...told, ...shown, omitted: [...told.omitted, ...shown.omitted] });
      return [...first, { ...toBase(actorRef, rootId), type, ...parts }];
    }
    return first;
  };
}
