export { gradio } from './gradio.js';
export type { GradioAdapter, GradioFile, GradioJob, GradioOptions, GradioOutput } from './gradio.types.js';
