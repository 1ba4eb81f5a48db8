import { type Values } from '../../terraform/value';
import { first } from '../define';
import { omitEmpty } from '../go';

/** A machine's backup policy as the API takes it; undefined when it has none. */
export const policyBody = (v: Values): Values | undefined => {
  const policy = first<Values>(v.backup_policy);
  return policy && omitEmpty({ plan: policy.plan, weekday: policy.weekday, hour: policy.hour });
};
