import type { Cloud } from './cloud';
import { DROPLET_LIMIT } from './droplets';
import type { Api } from './http';

export function mountAccount(api: Api, cloud: Cloud): void {
  api.get('/v2/account', (call) =>
    call.json({
      account: {
        droplet_limit: DROPLET_LIMIT,
        floating_ip_limit: 5,
        reserved_ip_limit: 5,
        volume_limit: 100,
        name: 'Simulator',
        email: 'owner@simulator.example',
        email_verified: true,
        uuid: '11111111-2222-4333-8444-555555555555',
        status: 'active',
        status_message: '',
        team: { uuid: '66666666-7777-4888-8999-aaaaaaaaaaaa', name: 'Simulator' },
      },
    }),
  );

  /** What the machines that stand now cost in a month: nothing is billed, the sum shows what would be. */
  api.get('/v2/customers/my/balance', (call) => {
    const usage = Object.values(cloud.state.droplets)
      .reduce((sum, droplet) => sum + cloud.sizes.find(droplet.size)!.price_monthly, 0)
      .toFixed(2);
    return call.json({
      month_to_date_balance: usage,
      account_balance: '0.00',
      month_to_date_usage: usage,
      generated_at: cloud.now(),
    });
  });
}
