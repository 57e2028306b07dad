/** Whether what is written in .env and in the shell is what Serverless Devs deploys, and is read by anybody at all. */
import type { Environment } from '../../shared/runtime/environment';
import { nearest } from './nearest';

/** The names that .env.example explains: every variable that s.yaml and the scripts read. */
export function knownVariables(example: string): string[] {
  return [...example.matchAll(/^(\w+)=/gm)].map(([, name = '']) => name);
}

/** A variable of the file that nobody reads: a setting with a slip in its name would be ignored in silence. */
export function unknownProblems(dotenv: Environment, known: readonly string[], file: string): string[] {
  return Object.keys(dotenv)
    .filter((name) => !known.includes(name))
    .map((name) => {
      // A line of a secret that is spread over several may look like a setting.
      if (!isName(name))
        return `A name in ${file}, which is not shown, is read by nobody: put long values on one line`;
      const meant = nearest(name, known);
      const hint =
        meant === null ? '.env.example lists the settings that there are' : `did you mean ${meant}?`;
      return `${name} in ${file} is read by nobody: ${hint}`;
    });
}

function isName(name: string): boolean {
  return /^[A-Z][A-Z0-9_]{0,39}$/.test(name);
}

/**
 * Serverless Devs puts variables in for `$…`, even between single quotes and after a backslash, and does so more than
 * once; it runs what stands between `<%` and `%>`. What arrives is not what was written. The names that are told already
 * get no second line.
 */
export function replacementProblems(written: Environment): string[] {
  return Object.entries(written).flatMap(([name, value = '']) => {
    if (value.includes('$')) {
      return [
        `${name} has a $, which Serverless Devs takes for a variable: write \\u0024 in JSON, %24 in a URL, and choose tokens without it`,
      ];
    }
    if (!value.includes('<%')) return [];
    return [
      `${name} has <%, which Serverless Devs takes for a template: write \\u003c% in JSON, %3C% in a URL`,
    ];
  });
}

/** What stands for a value in the documents' examples. */
export function placeholderProblems(written: Environment): string[] {
  return Object.entries(written)
    .filter(([, value = '']) => value.includes('…'))
    .map(([name]) => `${name} has a … of the example: put the real value in its place`);
}

/** `env` without the values of which replacementProblems tells: the resolver may fail of them. */
export function withoutReplacements(env: Environment, known: readonly string[]): Environment {
  const isReplaced = (name: string, value = '') => known.includes(name) && /\$|<%/.test(value);
  return Object.fromEntries(Object.entries(env).filter(([name, value]) => !isReplaced(name, value)));
}

/**
 * Whatever else changes on its way through Serverless Devs' resolver. What s.yaml gives without asking for a variable
 * (`asked`) is its own affair.
 */
export function changedProblems(
  written: Environment,
  resolved: Environment,
  asked: ReadonlySet<string>,
): string[] {
  return Object.entries(resolved)
    .filter(([name, value]) => asked.has(name) && value !== (written[name] ?? ''))
    .map(([name]) => `${name} would not arrive as it is written: Serverless Devs changes it`);
}

/** What is written for nothing, because s.yaml gives the functions a value of its own. */
export function ownValueNotes(
  written: Environment,
  resolved: Environment,
  asked: ReadonlySet<string>,
): string[] {
  return Object.entries(resolved)
    .filter(([name, value]) => !asked.has(name) && ![undefined, '', value].includes(written[name]))
    .map(([name]) => `${name} does not count: s.yaml gives the functions a value of its own.`);
}

/** How a line of .env begins that sets a variable, as its parser (dotenv) reads it. */
const ASSIGNMENT = String.raw`^\s*(?:export\s+)?([\w.-]+)(?:\s*=|:(?=\s))`;

/** A value between quotes; one that does not end with the line is none for the parser. */
const QUOTED = String.raw`(['"\x60])(?:\\\2|(?!\2)[\s\S])*\2[^\S\n]*(?:#.*)?$`;

/** A value that is not between quotes, right up to a # that is part of a word: the rest of it would be lost in silence. */
const CUT = new RegExp(String.raw`${ASSIGNMENT}[ \t]*(?!${QUOTED})[^\s#][^#\n]*(?<=\S)#`, 'gm');

/** What .env's parser takes for a comment although it stands inside a value. `text` is all of .env. */
export function cutProblems(text: string, file: string): string[] {
  return [...text.matchAll(CUT)].map(
    ([, name = '']) =>
      `${name} has a #, which begins a comment in ${file}: put the value between single quotes, or leave a blank before the comment`,
  );
}

/** A quote that .env's parser found no partner for is part of the value. No setting begins or ends with one. */
export function quoteProblems(dotenv: Environment): string[] {
  return Object.entries(dotenv)
    .filter(([, value = '']) => /^['"`]|['"`]$/.test(value.trim()))
    .map(
      ([name]) => `${name} begins or ends with a quote that is part of the value: close it, or leave it out`,
    );
}

/** A variable that .env sets twice: only the last one counts. `text` is all of .env. */
export function repeatedProblems(text: string, file: string): string[] {
  const names = [...text.matchAll(new RegExp(ASSIGNMENT, 'gm'))].map(([, name = '']) => name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index && isName(name)))].map(
    (name) => `${name} stands in ${file} more than once, and only the last one counts: leave one`,
  );
}

/** A whole setting, over several lines where its quotes are. */
const SETTING = new RegExp(String.raw`${ASSIGNMENT}[ \t]*(?:\s*${QUOTED}|[^\n]*)`, 'gm');

/** The lines that .env's parser passes over because they set nothing, such as a setting without its =. `text` is all of .env. */
export function strayProblems(text: string, file: string): string[] {
  return text
    .replace(SETTING, (setting) => setting.replace(/[^\n]/g, ''))
    .split('\n')
    .flatMap((line, index) =>
      /^\s*(?:#|$)/.test(line)
        ? []
        : [`Line ${index + 1} of ${file} is neither a setting (NAME=value) nor a comment (# …)`],
    );
}

/**
 * What is in effect although .env says otherwise: what is set in the shell wins, also when it is empty. Keys that .env
 * leaves out come from the shell as a rule, and are not told. `dotenv` is null when there is no file.
 */
export function overrideNotes(
  dotenv: Environment | null,
  shell: Environment,
  known: readonly string[],
  file: string,
): string[] {
  if (dotenv === null) return [];
  return known.flatMap((name) => {
    const value = shell[name];
    const written = dotenv[name];
    if (value === undefined || value === (written ?? '')) return [];
    if (value === '') return [`${name} is empty in this shell, and so the one in ${file} does not count.`];
    if (written !== undefined) {
      return [`${name} is set in this shell to something else than in ${file}, and the shell wins.`];
    }
    return name.startsWith('ALIBABA_CLOUD_') ? [] : [`${name} is set in this shell alone, not in ${file}.`];
  });
}
