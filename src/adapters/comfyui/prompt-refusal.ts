import { cutText } from '../http/shown-text.js';
import { listIn, type Members, membersIn } from './prompts.js';
import { toNodeWords } from './workflow.js';

/** ComfyUI lists what it would have taken, such as all models that it has. */
const maxWordBytes = 200;

/**
 * What is wrong with a workflow that ComfyUI has refused, by node and input: its own sentence is `Prompt outputs failed validation`.
 * `undefined` if it names no node.
 */
export function toRefusedWorkflow({ node_errors: nodes }: Members): object | undefined {
  const mistakes = Object.entries(membersIn(nodes)).flatMap(([id, node]) => {
    const { errors, class_type: type } = membersIn(node);
    return listIn(errors).map(error => toNodeWords(id, type, toWords(membersIn(error))));
  });
  return mistakes.length > 0 ? { message: mistakes.join('; '), node_errors: nodes } : undefined;
}

/** `Value not in list: ckpt_name: 'x.safetensors' not in […]`. */
function toWords({ message, details, extra_info: extra }: Members): string {
  const words = [message, details].filter(Boolean).join(': ');
  const { input_name: input = '' } = membersIn(extra);
  return cutText(words.includes(String(input)) ? words : `${input}: ${words}`, maxWordBytes);
}
