import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export interface SourceSentence {
  /** Relative to the repository's root. */
  readonly file: string;
  /** As the literal reads, with PLACE for each value that is not known before it runs. */
  readonly text: string;
}

/** Reads like a code, a number, a field and a path. */
export const PLACE = 'X1';

const ROOT = path.join(__dirname, '../../../..');
const FOLDERS = ['functions/watch-robot-tasks', 'shared/dyvmsapi'];

/** Files whose texts are no reasons. */
const OTHER_TEXTS = [
  // The messages' own words.
  /\/text\//,
  // Settings and events that are refused before anything is polled.
  /\/(?:config|duration|location|event|index)\.ts$/,
  // Why a document is kept aside and why the heartbeat failed: only the log tells.
  /\/(?:state-document|heartbeat)\.ts$/,
];

/**
 * Every literal of two words or more in the code that can give a reason, files that do not exist yet included. Constants
 * of the same file that stand in a literal are filled in; what is only logged is left out.
 */
export function sentencesInSource(): SourceSentence[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
      (name) => `${folder}/${name}`,
    ),
  )
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .filter((file) => !OTHER_TEXTS.some((pattern) => pattern.test(file)))
    .flatMap((file) =>
      sentencesIn(readFileSync(path.join(ROOT, file), 'utf8')).map((text) => ({ file, text })),
    );
}

export function sentencesIn(code: string): string[] {
  const source = ts.createSourceFile('source.ts', code, ts.ScriptTarget.Latest, true);
  const constants = new Map<string, ts.Expression>();
  const found: string[] = [];

  function visit(node: ts.Node): void {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined) {
      constants.set(node.name.text, node.initializer);
    }
    if (ts.isImportDeclaration(node) || ts.isLiteralTypeNode(node) || isLogging(node)) return;
    if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) {
      const text = read(node);
      if (/[a-z]{2,} [a-z]{2,}/i.test(text)) found.push(text);
    }
    ts.forEachChild(node, visit);
  }

  function read(literal: ts.StringLiteralLike | ts.TemplateExpression): string {
    if (ts.isStringLiteralLike(literal)) return literal.text;
    return literal.templateSpans.reduce(
      (text, span) => text + valueOf(span.expression, text) + span.literal.text,
      literal.head.text,
    );
  }

  function valueOf(expression: ts.Expression, before: string): string {
    const constant = ts.isIdentifier(expression) ? constants.get(expression.text) : undefined;
    if (constant !== undefined && (ts.isStringLiteralLike(constant) || ts.isTemplateExpression(constant))) {
      return read(constant);
    }
    if (expression.getText() === 'receiver') return 'DingTalk';
    // What follows a word without a blank brings its own: a code in parentheses.
    return /\w$/.test(before) ? ` (${PLACE})` : PLACE;
  }

  visit(source);
  return found;
}

function isLogging(node: ts.Node): boolean {
  return (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    /(?:^|\.)log$/.test(node.expression.expression.getText())
  );
}
