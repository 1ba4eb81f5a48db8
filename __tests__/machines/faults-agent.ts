import { setTimeout as sleep } from 'node:timers/promises';
import type { BootedProduct } from '../../bench/booted-product';

const dropIn = '/run/systemd/system/berth-agent.service.d/faults.conf';
const preload = '/run/berth-faults.js';
const killAt = '/run/berth-kill-at';
const kills = '/run/berth-kills';

/**
 * Before the agent's own program. It dies right before and right after everything that it writes or asks for in a release or a
 * converge: files of its folder, orders to Docker, objects in the bucket. In its first life it survives no step, in its second one
 * the first, and so on, until it survives them all. It looks around every fifth of a second.
 */
const killer = `
  const fs = require('fs'), http = require('http'), https = require('https');
  const wait = global.setTimeout;
  global.setTimeout = (work, time, ...rest) => wait(work, time === 5000 ? 200 : time, ...rest);
  const allowed = Number(fs.readFileSync('${killAt}', 'utf8'));
  const [write, append] = [fs.writeFileSync, fs.appendFileSync];
  let steps = 0;
  const step = (what) => {
    if (++steps < allowed) return;
    write('${killAt}', String(allowed + 1));
    append('${kills}', what + '\\n');
    process.kill(process.pid, 'SIGKILL');
  };
  const rename = fs.renameSync;
  fs.renameSync = (from, to) => {
    if (!/(releases|rollouts)\\.json$/.test(to)) return rename(from, to);
    step('before ' + to);
    rename(from, to);
    step('after ' + to);
  };
  for (const [module, wanted] of [[http, ({ method, path }) => method === 'POST' && path.includes('/services/')], [https, ({ method, path }) => method === 'PUT' && path.endsWith('/releases.json')]]) {
    const request = module.request;
    module.request = (options, answered) => {
      if (!wanted(options)) return request(options, answered);
      const what = options.method + ' ' + options.path.replace(/\\/services\\/[^/]+\\/update.*/, '/services/…/update');
      step('before ' + what);
      return request(options, (response) => { step('after ' + what); answered(response); });
    };
  }
`;

/** A program before the agent's that puts its clock wrong. A machine of the rehearsal has its host's clock. */
const skewed = (seconds: number): string => `
  const Right = Date;
  global.Date = class extends Right {
    constructor(...given) { given.length === 0 ? super(Right.now() + ${seconds * 1000}) : super(...given); }
    static now() { return Right.now() + ${seconds * 1000}; }
  };
`;

/** The agent on a product's machine, and what can happen to it. */
export class AgentUnderFaults {
  constructor(private readonly product: BootedProduct) {}

  /** Its process, while there is one. */
  async pid(): Promise<number> {
    return Number(await this.product.on('systemctl show berth-agent --property=MainPID --value'));
  }

  async restart(): Promise<void> {
    await this.product.on('systemctl restart berth-agent');
  }

  async log(since: number): Promise<string> {
    return this.product.on(`journalctl --unit berth-agent --output cat --since @${Math.floor(since / 1000)}`);
  }

  private async before(program: string): Promise<void> {
    await this.product.on(`mkdir -p "$(dirname ${dropIn})" && cat >${preload} <<'END'\n${program}\nEND\n`);
    await this.product.on(
      `printf '[Service]\\nEnvironment=NODE_OPTIONS=--require=${preload}\\nRestartSec=100ms\\n' >${dropIn} && systemctl daemon-reload`,
    );
    await this.restart();
  }

  private async asUsual(): Promise<void> {
    await this.product.on(`rm -f ${dropIn} && systemctl daemon-reload`);
    await this.restart();
  }

  /** Kills it at each of its steps while it does its work; tells at which. */
  async killedAtEachStep(work: () => Promise<void>): Promise<string[]> {
    await this.product.on(`echo 1 >${killAt}; : >${kills}`);
    await this.before(killer);
    try {
      await work();
      return (await this.product.on(`cat ${kills}`)).split('\n').filter(Boolean);
    } finally {
      await this.asUsual();
    }
  }

  async withClock<T>(seconds: number, work: () => Promise<T>): Promise<T> {
    await this.before(skewed(seconds));
    try {
      return await work();
    } finally {
      await this.asUsual();
    }
  }

  /** How often Docker has begun to roll out a service meanwhile. */
  async rollouts(service: string, work: () => Promise<void>): Promise<number> {
    const events = '/run/berth-events';
    await this.product.on(
      `systemd-run --quiet --unit=berth-events --property=StandardOutput=truncate:${events} docker events --filter type=service --format '{{json .Actor.Attributes}}'`,
    );
    await sleep(1_000);
    try {
      await work();
      await sleep(1_000);
    } finally {
      await this.product.on('systemctl stop berth-events');
    }
    const seen = (await this.product.on(`cat ${events}`))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, string>);
    return seen.filter((event) => event.name === `berth_${service}` && event['updatestate.new'] === 'updating').length;
  }

  /** Cuts the machine off from its buckets and the registries for as long as the work takes: packets go unanswered, or are refused. */
  async cutOff<T>(how: 'unanswered' | 'refused', work: () => Promise<T>): Promise<T> {
    const rule = `-d "$(getent ahostsv4 fra1.digitaloceanspaces.com | awk '{print $1; exit}')" -p tcp --dport 443 -j ${how === 'refused' ? 'REJECT --reject-with tcp-reset' : 'DROP'}`;
    await this.product.on(`iptables -I OUTPUT ${rule}`);
    try {
      return await work();
    } finally {
      await this.product.on(`iptables -D OUTPUT ${rule}`);
    }
  }
}
