// PostgreSQL refuses NUL in a text, and on the way there each lone surrogate becomes the same replacement character, so that two keys would be one.
const unstorable = /[\0\\]|\p{Surrogate}/gu;
const escaped = /\\([0-9a-f]{4})/g;

/** A text as the database can keep it. Two texts never become one. */
export const toStoredText = (text: string): string =>
  text.replace(unstorable, character => `\\${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const fromStoredText = (text: string): string =>
  text.replace(escaped, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
