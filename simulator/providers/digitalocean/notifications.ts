import { notEmpty } from '../../terraform/check';
import { type Dynamic, type Values } from '../../terraform/value';
import { nullIfEmpty } from '../go';
import { sameText } from './rules';

/** Who is told: a block `alerts` or `notifications`, the same in alert policies and uptime alerts. */
export const notificationFacts = (block: string) => ({
  check: { [`${block}.slack.channel`]: notEmpty, [`${block}.slack.url`]: notEmpty },
  suppress: { [`${block}.slack.channel`]: sameText, [`${block}.slack.url`]: sameText },
});

export function notificationBody(blocks: Dynamic): Values {
  const { email, slack } = (blocks as Values[])[0];
  return {
    slack: nullIfEmpty((slack ?? []).map(({ channel, url }: Values) => ({ channel, url }))),
    email: email ?? [],
  };
}

/** An empty list of addresses is stored as none at all. */
export function notificationValues(from: Values): Values[] {
  const slack = (from?.slack ?? []).map(({ channel, url }: Values) => ({ channel, url }));
  return [{ email: nullIfEmpty(from?.email), slack }];
}
