/** The type of a value, as one would say it. */
export const typeName = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

/** What was given, without what is in it: it may be a secret. */
export const describeValue = (value: unknown): string =>
  value === '' ? 'an empty text' : `a value of type ${typeName(value)}`;
