/** esbuild's function around a CommonJS module, printed with white space: `var a = b((c, d) => {`, its lines, `});`. */
const MODULE = /^(var [\w$]+ = [\w$]+\()\(([\w$, ]*)\) => \{\n((?:.*\n)*?)\}\);$/gm;

/**
 * Puts parentheses around the function of every CommonJS module in `code`, the hint by which V8 compiles it at once
 * (https://v8.dev/blog/preparser#pife). Without it each is parsed twice, first to skip it and then, a moment later, to run it:
 * of a cold start that was a tenth of what a bare Node process takes.
 *
 * `code` is esbuild's output before its white space is removed. Throws when there is no module in it: then esbuild prints them
 * differently, and the gain would be lost unnoticed.
 */
export function compileModulesAtOnce(code: string): string {
  let modules = 0;
  const hinted = code.replace(MODULE, (_, start: string, parameters: string, body: string) => {
    modules += 1;
    return `${start}(function(${parameters}) {\n${body}}));`;
  });
  if (modules === 0)
    throw new Error('No CommonJS module is found in the bundle: esbuild prints them differently now.');
  return hinted;
}
