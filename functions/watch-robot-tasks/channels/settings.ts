/** The settings that several kinds of channels share, as valibot schemas. No message repeats a value. */
import * as v from 'valibot';
import { httpsUrl } from '../../../shared/runtime/environment';

/** More than a group's on-call rota, and few enough for every channel's size limit. */
const MAX_MENTIONS = 50;

/** A URL as `parse` takes it, in its normal form. */
export function urlSetting(parse: (value: string) => URL, missing: string) {
  return v.pipe(
    v.string(missing),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      try {
        return parse(dataset.value.trim()).href;
      } catch (error) {
        addIssue({ message: (error as Error).message });
        return NEVER;
      }
    }),
  );
}

export const robotUrl = urlSetting(httpsUrl, 'must be the URL that the robot was given');

export const signingKey = v.optional(
  v.pipe(v.string('must be a text'), v.regex(/^\S+$/, "must be the robot's signing secret, without blanks")),
);

/** A setting that this kind has not. */
export function none(what: string) {
  return v.optional(v.never(`must be left out: ${what}`));
}

/** Whom to mention, by ids that look like `id`. */
export function mentionOf(id: RegExp, what: string) {
  const message = `must be ${what}, or "all" alone`;
  return v.optional(
    v.pipe(
      v.array(
        v.pipe(
          v.string(message),
          v.check((value) => value === 'all' || id.test(value), message),
        ),
        'must be a list',
      ),
      v.maxLength(MAX_MENTIONS, `must not name more than ${MAX_MENTIONS}`),
      v.check((list) => !list.includes('all') || list.length === 1, 'must be "all" alone, or not hold it'),
    ),
  );
}

export const mobiles = mentionOf(/^\+?\d{5,20}$/, 'mobile numbers as texts of digits');
