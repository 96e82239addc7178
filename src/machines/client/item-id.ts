/**
 * A part of a name that is joined by slashes. The parts of two different names are different, whatever text they are, so no
 * name is the beginning or the sum of another.
 */
export const escapePart = (text: string): string => text.replaceAll('%', '%25').replaceAll('/', '%2F');

/** The id of an item: the same for the same output of the same generation, in every tab and session. */
export const itemIdOf = (generationId: string, index: number): string => `${escapePart(generationId)}/${index}`;
