/**
 * Alertmanager, API v2. The labels are an alert's identity; one that is not confirmed by its `endsAt` is over. So every
 * standing condition is posted at every poll, and one that ended in some more, with an `endsAt` that is past.
 * https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
import * as v from 'valibot';
import type { ExchangeAnswer } from '../../../../shared/runtime/http-exchange';
import type { Text } from '../../../../shared/text';
import type { Alert, Message } from '../../rules/message';
import { toJson } from '../../text/json';
import type { ChannelKind, CreateChannel, DeliveryFailure } from '../channel';
import { createHttpChannel } from '../http/http-channel';
import { DELIVERED, refused, statusVerdict, withCode, type Verdict } from '../http/verdict';
import { none, urlSetting } from '../settings';
import { alertsOf, ENDED_BEFORE_MS } from './alerts';

const NAME: Text = { en: 'Alertmanager', 'zh-CN': 'Alertmanager' };
const MINUTE_MS = 60_000;

const bearerToken = v.optional(
  v.pipe(v.string('must be a text'), v.regex(/^[\x21-\x7e]+$/, 'must be a bearer token, without blanks')),
);

export const alertmanager = {
  type: 'alertmanager',
  name: NAME,
  settings: {
    url: urlSetting(httpUrl, "must be Alertmanager's base URL"),
    secret: bearerToken,
    mention: none('Alertmanager has its own receivers'),
  },
  mentionsPeople: false,
  wantsStanding: true,
} as const satisfies ChannelKind;

export const createAlertmanager: CreateChannel = (config, options) => {
  const channel = createHttpChannel(config, options.clock, {
    // The same labels again are the same alert.
    dropsDuplicates: true,
    request: (message) => ({
      url: `${config.url.replace(/\/$/, '')}/api/v2/alerts`,
      headers: config.secret === null ? {} : { authorization: `Bearer ${config.secret}` },
      body: toJson(alertsOf(message, config, options)),
    }),
    verdict,
  });
  return {
    ...channel,
    async send(message, deadline) {
      let failed: DeliveryFailure | null = null;
      let arrived = 0;
      for (const part of inParts(message)) {
        const delivery = await channel.send(part, deadline);
        if (delivery.ok) arrived += 1;
        else failed ??= delivery;
        // A part that is refused says nothing of the others; one that gets no answer does.
        if (!delivery.ok && !delivery.permanent) break;
      }
      if (failed === null) return DELIVERED;
      return arrived === 0 ? failed : { ...failed, mayHaveArrived: true };
    },
  };
};

/** A proxy takes a megabyte by default. */
const MOST_AT_ONCE = 250;

/** What is posted of one message, in groups that one request can carry; the notices go with the first. */
function inParts(message: Message): Message[] {
  if (message.kind === 'test' || message.standing === undefined) return [message];
  const { tasks, notices, ended, until } = message.standing;
  const parts = Math.max(1, Math.ceil(Math.max(tasks.length, ended.length) / MOST_AT_ONCE));
  return Array.from({ length: parts }, (_, index): Alert => {
    const ofPart = <T>(items: readonly T[]) => items.slice(index * MOST_AT_ONCE, (index + 1) * MOST_AT_ONCE);
    const standing = {
      tasks: ofPart(tasks),
      notices: index === 0 ? notices : [],
      ended: ofPart(ended),
      until,
    };
    return { ...message, standing };
  });
}

/** Mostly inside a VPC, where there is no certificate. */
function httpUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new Error('must be a URL that starts with http:// or https://, with nothing after its path');
  }
  return url;
}

/** Alertmanager answers 200 with an empty body; what stands in for it (a relay, Alerta) 201, 202 or 204. */
function verdict({ status, date }: ExchangeAnswer, message: Message): Verdict {
  if (status >= 200 && status < 300) return clockVerdict(date, message);
  const coded = (reason: Text) => withCode(reason, `HTTP ${status}`);
  if (status === 401 || status === 403) {
    return refused(
      coded({
        en: 'Alertmanager, or what stands before it, refuses the sender: check the secret, which is its bearer token',
        'zh-CN': 'Alertmanager 或它前面的代理拒绝了发送方，请检查 secret（Bearer 令牌）',
      }),
    );
  }
  if (status === 404) {
    return refused(
      coded({
        en: "There is no Alertmanager at the channel's url: set its base URL, without /api",
        'zh-CN': '通道的 url 处没有 Alertmanager，请填写它的根地址，不带 /api',
      }),
    );
  }
  return statusVerdict(NAME, status);
}

/**
 * Alertmanager takes an alert that is over on arrival with 200, and one whose end lies ahead as standing. Where its clock
 * is so far from ours that what is posted means something else there, only its Date header shows it.
 */
function clockVerdict(date: string | null, message: Message): Verdict {
  const theirs = date === null ? NaN : Date.parse(date);
  if (message.kind === 'test' || message.standing === undefined || Number.isNaN(theirs)) return DELIVERED;
  const { tasks, notices, ended, until } = message.standing;
  // With less than one poll of three left, it is over before the next one.
  const isOverThere = tasks.length + notices.length > 0 && theirs > until - (until - message.now) / 3;
  const isAheadThere = ended.length > 0 && theirs < message.now - ENDED_BEFORE_MS;
  if (!isOverThere && !isAheadThere) return DELIVERED;
  const minutes = Math.round(Math.abs(theirs - message.now) / MINUTE_MS);
  return refused(
    isOverThere
      ? {
          en: `Alertmanager's clock is ${minutes} min ahead of the watch's, so that what is posted is over when it arrives: set the clocks of both.`,
          'zh-CN': `Alertmanager 的时钟比监控快 ${minutes} 分钟，发去的告警一到就算结束，请校准两边的时钟。`,
        }
      : {
          en: `Alertmanager's clock is ${minutes} min behind the watch's, so that it does not take an end for one: set the clocks of both.`,
          'zh-CN': `Alertmanager 的时钟比监控慢 ${minutes} 分钟，收到结束也不算结束，请校准两边的时钟。`,
        },
  );
}
