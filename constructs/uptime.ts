import { UptimeAlert } from '@cdktf/provider-digitalocean/lib/uptime-alert';
import { UptimeCheck } from '@cdktf/provider-digitalocean/lib/uptime-check';
import { Construct } from 'constructs';
import { parts } from '../definition/addresses';

export interface UptimeProps {
  readonly name: string;
  /** Asked every minute from two continents. */
  readonly url: string;
  readonly email: readonly string[];
  readonly certificateDays: number;
}

/** A check from outside, with mail when the site is down everywhere or its certificate is about to end. */
export class Uptime extends Construct {
  constructor(scope: Construct, id: string, { name, url, email, certificateDays }: UptimeProps) {
    super(scope, id);
    const check = new UptimeCheck(this, 'Resource', {
      name,
      type: 'https',
      target: url,
      regions: ['eu_west', 'us_east'],
      enabled: true,
    });
    const notifications = [{ email: [...email] }];
    new UptimeAlert(this, parts.down, {
      checkId: check.id,
      name: `${name}-down`,
      type: 'down_global',
      period: '2m',
      notifications,
    });
    new UptimeAlert(this, parts.certificate, {
      checkId: check.id,
      name: `${name}-certificate`,
      type: 'ssl_expiry',
      comparison: 'less_than',
      threshold: certificateDays,
      period: '1h',
      notifications,
    });
  }
}
