import type { InspectionEvent } from 'xstate';
import type { JsonObject } from '../../machines/generation/generation.port.js';
import { isObject, membersOf } from '../../machines/json.js';
import { type Redact, redacted } from '../redaction.js';
import { toDefinition, toName } from './names.js';

/** What every message says of its actor. */
type About = {
  readonly sessionId: string;
  readonly rootId: string;
  /** ms since the epoch, as a text. */
  readonly createdAt: string;
  /** One of its own for each message. */
  readonly id: string;
  /** The release of `@statelyai/inspect` whose protocol this is. */
  readonly _version: '0.7.2';
};

type Event = JsonObject & { readonly type: string };

/** One message of the inspector's protocol, as JSON, and without what is secret. */
export type InspectorMessage = About &
  (
    | {
        readonly type: '@xstate.actor';
        readonly name: string;
        readonly parentId: string | undefined;
        readonly definition: string;
        readonly snapshot: JsonObject;
      }
    | { readonly type: '@xstate.event'; readonly sourceId: string | undefined; readonly event: Event }
    | { readonly type: '@xstate.snapshot'; readonly event: Event; readonly snapshot: JsonObject }
  );

type Inspected = InspectionEvent['actorRef'];

/** Nothing else refers to an actor's parent. */
function parentOf(actor: Inspected): Inspected | undefined {
  const parent: unknown = Reflect.get(actor, '_parent');
  return isActor(parent) ? parent : undefined;
}
const isActor = (value: unknown): value is Inspected => isObject(value) && 'sessionId' in value;

/** Translates what XState tells, in the order in which it does. One per inspector. */
export function inspectorMessages(redact: Redact | undefined) {
  const introduced = new WeakSet<Inspected>();
  let count = 0;

  const about = ({ sessionId }: Inspected, rootId: string): About => {
    count += 1;
    return { sessionId, rootId, createdAt: String(Date.now()), id: String(count), _version: '0.7.2' };
  };

  function toEvent({ type, ...rest }: { readonly type: string }): Event {
    return { ...membersOf(redacted(rest, redact)), type };
  }

  /** Its members one by one, the words of the chart as they are: a snapshot of XState also refers to its machine, its children and the whole system. */
  function toSnapshot(snapshot: unknown): JsonObject {
    if (!isObject(snapshot)) return { status: 'active' };
    const get = (name: string): unknown => Reflect.get(snapshot, name);
    const tags = get('tags');
    const words = { status: get('status'), value: get('value'), tags: tags instanceof Set ? [...tags] : undefined };
    const data = { context: get('context'), output: get('output'), error: get('error'), input: get('input') };
    return { ...membersOf(JSON.parse(JSON.stringify(words))), ...membersOf(redacted(data, redact)) };
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
      // Those that began before they were watched.
      ...(parent ? introduce(parent, inspected, kind) : []),
      {
        ...about(actor, inspected.rootId),
        type: '@xstate.actor',
        name: toName(actor, kind),
        parentId: parent?.sessionId,
        definition: toDefinition(actor, toName(actor, kind)),
        // One that is being made has none, and says so by a throw.
        snapshot: toSnapshot(isNew ? undefined : actor.getSnapshot()),
      },
    ];
  }

  return (inspected: InspectionEvent, kind: string | undefined): readonly InspectorMessage[] => {
    const { actorRef, rootId } = inspected;
    const first = introduce(actorRef, inspected, kind);
    if (inspected.type === '@xstate.event') {
      const { event, sourceRef, type } = inspected;
      const message = { ...about(actorRef, rootId), type, sourceId: sourceRef?.sessionId, event: toEvent(event) };
      return [...first, message];
    }
    if (inspected.type === '@xstate.snapshot') {
      const { event, snapshot, type } = inspected;
      const message = { ...about(actorRef, rootId), type, event: toEvent(event), snapshot: toSnapshot(snapshot) };
      return [...first, message];
    }
    return first;
  };
}
