import type { TablestoreLocation } from '../../shared/documents/location';
import type { Identity } from './resources';

export type RamStepKind =
  | 'create-role'
  | 'update-trust'
  | 'mark-role'
  | 'create-policy'
  | 'update-policy'
  | 'attach-policy'
  | 'detach-policy'
  | 'delete-policy'
  | 'delete-role';
export type TableStepKind =
  | 'create-instance'
  | 'create-table'
  | 'mark-table'
  | 'delete-table'
  | 'delete-instance';

interface Words {
  /** One line for people, such as "create the RAM role robot-task-watch". */
  readonly text: string;
  /** More lines: what a policy holds, what changes, what is lost. */
  readonly details: readonly string[];
}

export type Step =
  | (Words & { readonly kind: RamStepKind; readonly identity: Identity })
  | (Words & { readonly kind: TableStepKind; readonly location: TablestoreLocation });

export interface Plan {
  /** In the order in which they must be done. */
  readonly steps: readonly Step[];
  /** What a person should know besides. */
  readonly notes: readonly string[];
  /** What cannot be done, and what a person must do first. */
  readonly blocked: readonly string[];
}
