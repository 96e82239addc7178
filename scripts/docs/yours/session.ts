/** What a reader's own page has: the docs import it as theirs. */
export const token = async (): Promise<string> => 'a token';
export const headers = async () => ({ Authorization: `Bearer ${await token()}` });
export const userId = '7';
