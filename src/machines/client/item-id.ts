/**
 * A part of a name that is joined by slashes. The parts of two different names are different, whatever text they are, so no
 * name is the beginning or the sum of another.
 */
export const escapePart = (text: string): string => text.replaceAll('%', '%25').replaceAll('/', '%2F');

/** The name of what a store keeps for one scope. It is the name of no other scope, and of nothing that a store puts beside it. */
export const scopedName = (name: string, scope: string): string =>
  `${name}:scope:${escapePart(scope)
    .replaceAll(':', '%3A')
    .replace(/\p{Surrogate}/gu, escapeSurrogate)}`;

/** Half of a character. Firefox opens no database whose name has one. */
const escapeSurrogate = (half: string): string => `%u${half.charCodeAt(0).toString(16)}`;

/** The id of an item: the same for the same output of the same generation, in every tab and session. */
export const itemIdOf = (generationId: string, index: number): string => `${escapePart(generationId)}/${index}`;
