/** API_TOKENS and OPERATOR_TOKENS as they are written: tokens, separated by commas; an operator's has a name before it if wanted. */
import { list } from '../../shared/runtime/environment';

/** A shorter one can be guessed, and to mask it would blot out the log. */
const SHORTEST_TOKEN = 20;
/** While one token replaces the other. */
const MOST_TOKENS_OF_A_NAME = 2;
/** Letters, digits, hyphens, underscores and Chinese characters. What is no name is part of the token. */
const NAMED = /^([\w\p{Script=Han}-]{1,20}):(.*)$/su;

/** Whoever may start tasks, and take or mute what stands. */
export interface OperatorToken {
  readonly name: string | null;
  /** Without the name: what is sent. */
  readonly token: string;
}

/** Throws an Error that completes "API_TOKENS …". */
export function parseTokens(value: string): string[] {
  const tokens = itemsOf(value);
  check(tokens, '');
  return tokens;
}

/** Throws an Error that completes "OPERATOR_TOKENS …". */
export function parseOperatorTokens(value: string): OperatorToken[] {
  const operators = itemsOf(value).map(readOperator);
  check(
    operators.map(({ token }) => token),
    ' without the name before it',
  );
  const namesOf = (token: string) => operators.filter((other) => other.token === token).map(nameOf);
  if (operators.some(({ token }) => new Set(namesOf(token)).size > 1)) {
    throw new Error('must not have one token twice: nobody could say whose it is');
  }
  const names = operators.map(nameOf).filter((name) => name !== null);
  if (names.some((name) => names.filter((other) => other === name).length > MOST_TOKENS_OF_A_NAME)) {
    throw new Error(
      `may have a name before ${MOST_TOKENS_OF_A_NAME} tokens at most, while one replaces the other: remove the oldest`,
    );
  }
  return operators;
}

/** All that has to be masked of either variable, right or wrong: each token, with its name and without it. */
export function tokenSecrets(value: string): string[] {
  return list(value).flatMap((item) => [item, readOperator(item).token]);
}

/** What a name can be; the same for whoever makes a token. */
export function isOperatorName(text: string): boolean {
  return readOperator(`${text}:`).name === text;
}

function itemsOf(value: string): string[] {
  const items = list(value);
  if (items.length === 0) throw new Error('must hold at least one token: a comma is none');
  return items;
}

function check(tokens: readonly string[], what: string): void {
  if (!tokens.every((token) => /^[\x21-\x7e]*$/.test(token))) {
    throw new Error('must be tokens of visible ASCII characters, separated by commas');
  }
  if (tokens.some((token) => token.length < SHORTEST_TOKEN)) {
    throw new Error(
      `must be tokens of at least ${SHORTEST_TOKEN} characters each${what}, such as openssl rand -hex 24 makes`,
    );
  }
}

function readOperator(item: string): OperatorToken {
  // Most have none: a start does without compiling NAMED then.
  const [, name, token] = (item.includes(':') ? NAMED.exec(item) : null) ?? [];
  return name === undefined || token === undefined ? { name: null, token: item } : { name, token };
}

function nameOf({ name }: OperatorToken): string | null {
  return name;
}
