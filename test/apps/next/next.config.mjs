/** Next.js refuses to prerender a page that reads the clock or chance, as its own template has it. */
export default { cacheComponents: true };
