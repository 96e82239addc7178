/** What the backend says about content that it refuses. */
export const contentFlag = (category: string) => ({
  code: 'content_policy_violation',
  message: `The content was flagged for ${category}.`,
  categories: [category],
});
