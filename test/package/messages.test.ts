import { describe, expect, it } from 'vitest';
import { type Message, messagesIn } from '../../scripts/reference/messages.mjs';
import { readSources, withText } from '../../scripts/reference/sources.mjs';

const sources = readSources();
const messages = messagesIn(sources);

/** What is wrong with a text that a user or a developer reads. */
function faultsOf({ text, isClause }: Message): readonly string[] {
  // The rest of the text is another message, which is checked where it is made.
  const goesOn = text.endsWith('‹value›');
  const words = text.match(/[\p{L}\p{N}`'’.()/]+/gu) ?? [];
  return [
    ...(!goesOn && words.length < (isClause ? 3 : 5) ? ['has too few words to say what happened and what to do'] : []),
    ...(/\[object|\bundefined\b|\bNaN\b/.test(text) ? ['shows a value that is no text'] : []),
    ...(isClause || goesOn || /[.?…)]$/.test(text) ? [] : ['does not end like a sentence']),
    ...(isClause || /^[\p{Lu}‹`]|^\w+[(.: ]/u.test(text) ? [] : ['does not begin like a sentence']),
  ];
}

const complaintsOf = (found: readonly Message[]) =>
  found.flatMap(message => faultsOf(message).map(fault => `${message.where} ${fault}: ${message.text}`));

describe('the messages of the library', () => {
  it('are found wherever one is made', () => {
    const files = new Set(messages.map(({ where }) => where.split(':')[0]));
    expect(files.size).toBeGreaterThan(15);
    expect(messages.length).toBeGreaterThan(50);
  });

  it('say in sentences what happened, and show no value that is no text', () => {
    expect(complaintsOf(messages)).toEqual([]);
  });

  it.each([
    ['a single word', "throw new TypeError('job');"],
    ['a few words without a subject', "throw new Error('no job');"],
    ['an object in a text', "warn('The job [object Object] is ignored, so look at it.');"],
    ['a clause in place of a sentence', "createFailure('network', 'it is not there any more today');"],
    [
      'one of two texts',
      "new GenerationError({ code: 'network', message: isIt ? 'no' : 'The job of it has gone. Resume it.' });",
    ],
  ])('complain of %s', (_, code) => {
    const file = 'src/machines/json.ts';
    const changed = withText(sources, file, `${sources.get(file)?.text}\n${code}\n`);
    expect(complaintsOf(messagesIn(changed)).join()).toContain('src/machines/json.ts');
  });

  it('are not counted where the text is somebody else’s', () => {
    const file = 'src/machines/json.ts';
    const changed = withText(sources, file, `${sources.get(file)?.text}\nthrow new Error(unknownText);\n`);
    expect(() => messagesIn(changed)).toThrow('src/machines/json.ts');
  });
});
