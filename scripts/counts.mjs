/** How tests ended, as a cell of a table. @param {{ readonly passed: number, readonly failed: number }} counts */
export const toCounts = ({ passed, failed }) => (failed > 0 ? `${passed} passed, ${failed} failed` : String(passed));
