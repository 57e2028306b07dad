/** Whose a token is, asked before it is taken. */
import { failureOf, type Api, type Failure } from './api';

export interface Who {
  /** Null: the endpoint said who it is. */
  readonly failure: Failure | null;
  /** The endpoint does not know this token. */
  readonly isRefused: boolean;
  readonly canStart: boolean;
  /** Null: the token has no name. */
  readonly operator: string | null;
}

/** Never throws. */
export async function askWho(api: Pick<Api, 'summary'>): Promise<Who> {
  try {
    const { canStart, operator } = await api.summary();
    return { failure: null, isRefused: false, canStart, operator };
  } catch (error) {
    const failure = failureOf(error);
    const isRefused = failure.kind === 'problem' && failure.status === 401;
    return { failure, isRefused, canStart: false, operator: null };
  }
}
