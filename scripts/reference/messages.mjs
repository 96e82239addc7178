import ts from 'typescript';

/** `where` is `file:line`. A clause is completed by the function that gets it. @typedef {{ where: string, text: string, isClause: boolean }} Message */
/** @typedef {import('./sources.mjs').Sources} Sources */

/** Which argument of a function or constructor is a message. @type {Readonly<Record<string, { argument: number, isClause?: boolean }>>} */
const makers = {
  Error: { argument: 0 },
  TypeError: { argument: 0 },
  RangeError: { argument: 0 },
  GenerationError: { argument: 0 },
  InspectorError: { argument: 1 },
  ExplorationError: { argument: 1 },
  GenerationLogError: { argument: 1 },
  createFailure: { argument: 1 },
  toRequestError: { argument: 2, isClause: true },
  RequestRefusal: { argument: 2 },
  warn: { argument: 0 },
  assertPort: { argument: 1 },
  throwWrongOption: { argument: 0 },
};

/**
 * Texts that are passed on: another place made them and is checked itself, or a backend or an adapter wrote them. By file,
 * as they stand there.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const passedOn = {
  'src/adapters/file-backend/input.ts': ["mistakes.join(', ')"],
  'src/adapters/file-backend/read-job.ts': ['first.reason.text'],
  'src/adapters/remote-backend/answers.ts': ['{ ...failure, status: answer.status, ...(named && { job: named }) }'],
  'src/adapters/rest-backend/options.ts': ['what'],
  'src/adapters/sharing/shared-reads.ts': [
    "{ ...failure, code: 'invalid-response', retryable: false, resumable: true, charged: 'maybe' }",
  ],
  'src/machines/client/items-promise.ts': ['shown.failure'],
  'src/machines/client/renewal-promise.ts': ['emitted.failure', "renewalFailure('interrupted', message)"],
  'src/machines/client/renewal.reading.ts': ['update.failure', 'renewalFailure(code, message, job)'],
  'src/machines/generation/generation.answers.ts': [
    "createFailure('invalid-response', invalidUpdateMessage(call, job, update), job)",
    "createFailure('invalid-response', invalidJobMessage(id, given))",
    'error.message',
  ],
  'src/machines/generation/run-generation.ts': [
    "createFailure(job ? 'unreachable' : 'interrupted', message, job)",
    'failure',
  ],
  // What a hook of the user has thrown on purpose.
  'src/server/money/reserve.ts': ["{ ...failure, charged: 'no' }", 'toShownText(said)'],
  'src/testing/conformance/bench.ts': ['message'],
  // It completes the sentence about toItems.
  'src/machines/client/run.actions.ts': ["'the adapter reported a result without a job'"],
};

/** @param {Sources} sources @returns {readonly Message[]} */
export function messagesIn(sources) {
  const resolver = new Resolver(sources);
  return [...sources].flatMap(([file, source]) => {
    /** @type {Message[]} */
    const found = [];
    /** @param {ts.Node} node */
    const visit = node => {
      if (ts.isCallExpression(node) || ts.isNewExpression(node))
        found.push(...messagesOf(node, file, source, resolver));
      node.forEachChild(visit);
    };
    visit(source);
    return found;
  });
}

/** @param {ts.CallExpression | ts.NewExpression} call @param {string} file @param {ts.SourceFile} source @param {Resolver} resolver */
function messagesOf(call, file, source, resolver) {
  const maker = ts.isIdentifier(call.expression) ? makers[call.expression.text] : undefined;
  const given = maker && call.arguments?.[maker.argument];
  if (!maker || !given) return [];
  const { line } = source.getLineAndCharacterOfPosition(call.getStart(source));
  const where = `${file}:${line + 1}`;
  const expression = messageMember(given) ?? given;
  if (passedOn[file]?.includes(expression.getText(source))) return [];
  return resolver.textsOf(expression, source, where).map(text => ({ where, text, isClause: maker.isClause === true }));
}

/** Of `{ code, message }`, the message. @param {ts.Expression} given */
function messageMember(given) {
  if (!ts.isObjectLiteralExpression(given)) return undefined;
  for (const member of given.properties) {
    if (!member.name || !ts.isIdentifier(member.name) || member.name.text !== 'message') continue;
    if (ts.isPropertyAssignment(member)) return member.initializer;
    if (ts.isShorthandPropertyAssignment(member)) return member.name;
  }
  return undefined;
}

/** Finds the texts that an expression can be, with `‹…›` for what is known at run time only. */
class Resolver {
  /** @param {Sources} sources */
  constructor(sources) {
    /** @type {Map<string, { node: ts.Node, source: ts.SourceFile }[]>} */
    this.declarations = new Map();
    for (const source of sources.values()) this.#collect(source, source);
  }

  /** @param {ts.Node} node @param {ts.SourceFile} source */
  #collect(node, source) {
    if ((ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node)) && node.name && ts.isIdentifier(node.name)) {
      const { text } = node.name;
      this.declarations.set(text, [...(this.declarations.get(text) ?? []), { node, source }]);
    }
    node.forEachChild(child => this.#collect(child, source));
  }

  /**
   * @param {ts.Expression} expression @param {ts.SourceFile} source @param {string} where
   * @returns {readonly string[]}
   */
  textsOf(expression, source, where) {
    const found = this.#texts(expression, source, 0);
    if (found.length > 0) return found;
    throw new Error(`${where}: nothing is known of the message ${expression.getText(source)}`);
  }

  /** @param {ts.Expression} node @param {ts.SourceFile} source @param {number} depth @returns {readonly string[]} */
  #texts(node, source, depth) {
    if (depth > 6) return [];
    const texts = (/** @type {ts.Expression} */ inner) => this.#texts(inner, source, depth + 1);
    if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return texts(node.expression);
    if (ts.isStringLiteralLike(node)) return [node.text];
    if (ts.isTemplateExpression(node)) return [filledIn(node)];
    if (ts.isConditionalExpression(node)) return [...texts(node.whenTrue), ...texts(node.whenFalse)];
    if (ts.isBinaryExpression(node)) {
      const [left, right] = [texts(node.left), texts(node.right)];
      if (node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return [...left, ...right];
      return left.flatMap(one => right.map(other => one + other));
    }
    const name = ts.isIdentifier(node) ? node : ts.isCallExpression(node) ? calledBy(node) : undefined;
    return name ? this.#declared(name.text, source, depth) : [];
  }

  /** The file's own declaration goes first. @param {string} name @param {ts.SourceFile} source @param {number} depth */
  #declared(name, source, depth) {
    const all = this.declarations.get(name) ?? [];
    const own = all.filter(declaration => declaration.source === source);
    return (own.length > 0 ? own : all).flatMap(({ node, source: from }) =>
      resultsOf(node).flatMap(result => this.#texts(result, from, depth + 1)),
    );
  }
}

/** `join` of a list, and a function by its name. @param {ts.CallExpression} call */
const calledBy = ({ expression }) => (ts.isIdentifier(expression) ? expression : undefined);

/** @param {ts.TemplateExpression} template */
const filledIn = ({ head, templateSpans }) =>
  head.text + templateSpans.map(({ literal }) => `‹value›${literal.text}`).join('');

/** What a variable is, or what a function returns. @param {ts.Node} node @returns {readonly ts.Expression[]} */
function resultsOf(node) {
  const value = ts.isVariableDeclaration(node) ? node.initializer : node;
  if (!value) return [];
  if (ts.isArrowFunction(value) && !ts.isBlock(value.body)) return [value.body];
  if (!ts.isArrowFunction(value) && !ts.isFunctionDeclaration(value)) return [/** @type {ts.Expression} */ (value)];
  /** @type {ts.Expression[]} */
  const results = [];
  /** @param {ts.Node} inner */
  const visit = inner => {
    if (ts.isReturnStatement(inner) && inner.expression) results.push(inner.expression);
    else if (!ts.isFunctionLike(inner)) inner.forEachChild(visit);
  };
  value.body?.forEachChild(visit);
  return results;
}
