/** How a channel took a message. A channel says it, and what each receiver was told is recorded by it. */
import type { Text } from '../../../shared/text';

/** ok: everybody whom the message was for has it, by the receiver's own OK. */
export type Delivery = { readonly ok: true } | DeliveryFailure;

/** How a message failed to be delivered: to the one receiver of a channel, or to some of several. */
export interface DeliveryFailure {
  readonly ok: false;
  /** It needs a person; any other failure may pass by itself. */
  readonly permanent: boolean;
  /**
   * Nobody knows whether the receiver has the message: the connection stood, and no answer came that can be read. False
   * where it surely has not: it refused, or there was no connection.
   */
  readonly mayHaveArrived: boolean;
  /** What a person can do. It never holds the channel's URL, token or secret. */
  readonly reason: Text;
  /**
   * Of a channel with several receivers: how each took it, by its id (`Route.receivers`). For one that is not in it, what is
   * said of the whole counts. One whose failure is permanent is not tried again before there is other news for it.
   */
  readonly receivers?: ReadonlyMap<string, Delivery>;
}
