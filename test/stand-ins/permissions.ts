/** RAM's decision about a call, by a policy: https://help.aliyun.com/document_detail/93738.html */
import type { Permission } from '../documents/policies';
import { Refusal } from './alibaba-cloud';

/** Throws a Refusal unless the caller is permitted `action` on `resource`. */
export type Permit = (action: string, resource: string, facts?: Readonly<Record<string, string>>) => void;

/**
 * Permits what the policy permits, its `<placeholders>` filled in from `names`, and notes each permission that was used, as
 * `<action> <resource>`.
 */
export function createPermit(
  policy: readonly Permission[],
  names: Readonly<Record<string, string>>,
  used: Set<string>,
): Permit {
  const fill = (text: string) => text.replace(/<(\w+)>/g, (whole, name: string) => names[name] ?? whole);
  return (action, resource, facts = {}) => {
    const isPermitted = policy.some(
      ({ actions, resources, equals }) =>
        actions.some((pattern) => matches(pattern, action)) &&
        resources.some((pattern) => matches(fill(pattern), resource)) &&
        Object.entries(equals).every(([name, value]) => facts[name] === value),
    );
    if (!isPermitted) {
      throw new Refusal(
        403,
        'AccessDenied',
        `the caller is not authorized to perform '${action}' on resource '${resource}'`,
      );
    }
    used.add(action);
  };
}

/** `*` stands for any text. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.\\^$|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
