import type { GenerationAdapter } from '../../machines/generation/generation.port.js';
import type { Bench } from './bench.js';
import type { AdapterTestServer, ServerAnswer } from './conformance.types.js';

type Adapter = GenerationAdapter<unknown, unknown>;
type Group = Exclude<keyof AdapterTestServer, 'isSubmit'>;

/** A requirement, and what it needs. */
export type Requirement = {
  readonly name: string;
  /** A member that not every adapter has. */
  readonly member?: keyof Adapter;
  /** Whether it is one of this adapter, where a member does not say it. */
  readonly isMeant?: (adapter: Adapter) => boolean;
  /** A situation that not every server has. */
  readonly situation?: readonly [group: Group, name: string];
  /** It needs the credentials that the adapter sends. */
  readonly needsSecrets?: boolean;
  /** `answer` is the one of the situation. */
  readonly test: (bench: Bench, answer: ServerAnswer) => Promise<void>;
};

/** A situation by its names, which the compiler checks. */
export const situation = <TGroup extends Group>(
  group: TGroup,
  name: keyof NonNullable<AdapterTestServer[TGroup]> & string,
): readonly [Group, string] => [group, name];

export function answerOf(server: AdapterTestServer, [group, name]: readonly [Group, string]): ServerAnswer | undefined {
  const answers: Readonly<Record<string, ServerAnswer | undefined>> = server[group] ?? {};
  return answers[name];
}

/** Of an adapter whose stream is the job, no read says anything. */
export const isReadable = ({ stream }: Adapter): boolean => stream?.isJob !== true;
