/** What opens the function set that `npm start` runs. It opens nothing else. */
import type { Credentials } from '../runtime/function-context';

/** The token that reads. */
export const LOCAL_TOKEN = 'local-token-of-this-machine';
/** Signs calls to the host's invocation API. */
export const LOCAL_KEY: Credentials = {
  accessKeyId: 'local-key-of-this-machine',
  accessKeySecret: 'local-secret-of-this-machine',
};
/** What the host says of itself at `/` when it runs the demonstration. */
export const DEMONSTRATION = 'Robot Task Watch runs on this machine alone';
/** The account in which its functions believe to run. */
export const LOCAL_ACCOUNT_ID = '1000000000000001';
