import { engines } from '../package.json';

/**
 * What is wrong with this Node.js, for people: null when `engines` of package.json takes it. Each of its alternatives is a
 * line of versions, `^20.19.0`, or a lower end, `>=24.0.0`. An older Node.js may start all the same and fail halfway.
 */
export function nodeProblem(version: string): string | null {
  const alternatives = engines.node.split(' || ');
  const [major, minor] = numbers(version);
  const isTaken = alternatives.some((alternative) => {
    const [line, first] = numbers(alternative);
    return (major === line && minor >= first) || (major > line && alternative.startsWith('>='));
  });
  if (isTaken) return null;
  const lowest = alternatives.map((text) => numbers(text).join('.').replace(/\.0$/, ''));
  return `This is Node.js ${version}, and ${lowest.join(', ')} or newer is needed: see https://nodejs.org.`;
}

function numbers(version: string): [major: number, minor: number] {
  const [major = '', minor = ''] = version.replace(/^\D+/, '').split('.');
  return [Number(major), Number(minor)];
}
