import { setTimeout as sleep } from 'node:timers/promises';
import { digestOf } from '../../agent/pull';
import type { Report } from '../../contract/report';
import { judge } from '../../cli/status';
import { agentBundle } from '../../templates/agent-bundle';
import { whyNoMachine } from '../../simulator/machines/requirements';
import { AgentUnderFaults } from './faults-agent';
import { Writer } from './faults-writer';
import { BootedProduct } from '../../bench/booted-product';
import { apiOf } from './rehearsed-api';

const minutes = 60_000;
const why = whyNoMachine();
const suite = why ? describe.skip : describe;

const config = 'asset-archive-staging-config';
const exchange = 'asset-archive-staging-exchange';

// seconds; generous, because the host of these machines has other things to do
const bound = { reboot: 180, agent: 120, back: 180 };

suite(`what goes wrong on a machine${why ? ` (skipped: ${why})` : ''}`, () => {
  let product: BootedProduct;
  let agent: AgentUnderFaults;
  let writer: Writer;
  const measured: Record<string, number> = {};

  beforeAll(async () => {
    product = await BootedProduct.deploy();
    await product.setSecret('SMTP_URL', 'smtp://user:word@mail.acme.example');
    await product.releaseAll();
    agent = new AgentUnderFaults(product);
    writer = new Writer(product);
    await writer.again(Date.now(), 60);
  }, 10 * minutes);

  afterAll(async () => {
    await (writer as Writer | undefined)?.end();
    await (product as BootedProduct | undefined)?.remove();
    if (process.env.BERTH_FIGURES) process.stdout.write(`${JSON.stringify(measured, null, 1)}\n`);
  }, 2 * minutes);

  afterEach(async () => {
    await product.until(
      'the rows can be read',
      async () => (await product.get('/api/rows')).status === 200,
      bound.back,
    );
    expect(await writer.lost()).toEqual([]);
  }, 4 * minutes);

  const reportSince = async (since: number, true_: (report: Report) => boolean = () => true): Promise<Report> => {
    let found: Report | undefined;
    await product.until(
      'a report',
      async () => {
        found = await product.report();
        return found !== undefined && Date.parse(found.at) > since && true_(found);
      },
      bound.agent,
    );
    return found!;
  };
  const problems = (report: Report | undefined, now = Date.now()): string[] =>
    judge(report, { desired: report?.desired.digest ?? '', agent: agentBundle().digest }, now);
  const ask = async (service: string, tag: string): Promise<string> => {
    const { stdout } = await product.workspace.tryBerth([
      'release',
      'staging',
      service,
      await product.image(service, tag),
      '--no-wait',
      '--json',
    ]);
    return (JSON.parse(stdout) as { id: string }).id;
  };
  const revision = async (service: string, id: string) =>
    (await product.ledger()).services[service]?.revisions.filter((each) => each.id === id) ?? [];
  const healthy = (service: string, id: string): Promise<number> =>
    product.until(
      `${service} ${id} is healthy`,
      async () => (await revision(service, id))[0]?.state === 'healthy',
      bound.back,
    );

  test.each([
    ["the proxy's container", 'docker kill --signal KILL $(docker ps --quiet --filter name=berth_proxy)', 60],
    ['Docker', 'kill -9 $(pidof dockerd)', 120],
    ['Redis', 'kill -9 $(pidof redis-server)', 30],
    ['Postgres', 'kill -9 $(head -1 /mnt/data/postgres/17/postmaster.pid)', 60],
    ['the agent', 'systemctl kill --signal KILL berth-agent', 5],
  ])(
    '%s is killed: rows are written again within the stated seconds',
    async (what, command, seconds) => {
      const since = Date.now();
      await product.on(command);
      measured[what] = await writer.again(since, seconds);
      await product.until(
        'Redis is there',
        async () => (await product.on('systemctl is-active redis-server')) === 'active',
        seconds,
      );
    },
    5 * minutes,
  );

  test(
    `the machine is restarted: rows are written again within ${bound.reboot} s`,
    async () => {
      const since = Date.now();
      await product.machine.reboot();
      measured.reboot = (Date.now() - since) / 1000 + (await writer.again(Date.now(), bound.reboot));
      // containers do not run without the rules that keep them from the machine: they were there before Docker
      const [rules, docker] = (
        await product.on('systemctl show --property=ActiveEnterTimestampMonotonic --value berth-firewall docker')
      )
        .split(/\s+/)
        .map(Number);
      expect([rules! > 0, rules! < docker!]).toEqual([true, true]);
      expect(await product.on('nft list table inet berth')).toContain('ip daddr 169.254.0.0/16');
      await reportSince(since, ({ converge }) => converge?.state === 'converged');
    },
    6 * minutes,
  );

  test(
    'the agent is killed at each step of a release: it is rolled out once, judged once, and nobody notices',
    async () => {
      const since = Date.now();
      let id = '';
      let at: string[] = [];
      const rollouts = await agent.rollouts('web', async () => {
        at = await agent.killedAtEachStep(async () => {
          id = await ask('web', 'v2');
          await healthy('web', id);
        });
        await healthy('web', id);
      });
      measured['kills in a release'] = at.length;
      expect(at.filter((step) => /update$/.test(step)).length).toBeGreaterThan(0);
      expect([rollouts, await revision('web', id)]).toEqual([1, [expect.objectContaining({ state: 'healthy' })]]);
      expect(writer.refusedSince(since)).toBe(0);
    },
    8 * minutes,
  );

  test(
    'the agent is killed at each step of a release that crashes: it is tried once, and taken back with its reason',
    async () => {
      let id = '';
      const rollouts = await agent.rollouts('web', async () => {
        await agent.killedAtEachStep(async () => {
          id = await ask('web', 'crash');
          await product.until(
            'the release has ended',
            async () => !['rolling out', undefined].includes((await revision('web', id))[0]?.state),
            bound.back,
          );
        });
      });
      expect([rollouts, await revision('web', id)]).toEqual([
        1,
        [
          expect.objectContaining({
            state: 'rolled back',
            lines: expect.arrayContaining([expect.stringContaining('FATAL')]) as string[],
          }),
        ],
      ]);
      expect((await product.get('/')).body).toMatch(/ v2$/m);
    },
    8 * minutes,
  );

  test(
    'two changes at once: the last one wins, and is brought about once',
    async () => {
      const before = (await product.cloud.spaces.get(config, 'desired.yaml'))!.bytes.toString();
      const [one, two] = ['warning', 'error'].map((level) =>
        before.replace('LOG_LEVEL: debug', `LOG_LEVEL: ${level}`),
      ) as [string, string];
      expect(new Set([before, one, two]).size).toBe(3);
      const since = Date.now();
      const rollouts = await agent.rollouts('api', async () => {
        await Promise.all([
          product.cloud.spaces.put(config, 'desired.yaml', one),
          product.cloud.spaces.put(config, 'desired.yaml', two),
        ]);
        await reportSince(
          since,
          ({ converge }) => converge?.digest === digestOf(two) && converge.state === 'converged',
        );
      });
      expect(rollouts).toBe(1);
      await agent.killedAtEachStep(async () => {
        const undo = Date.now();
        await product.cloud.spaces.put(config, 'desired.yaml', before);
        await reportSince(
          undo,
          ({ converge }) => converge?.digest === digestOf(before) && converge.state === 'converged',
        );
      });
      expect(writer.refusedSince(since)).toBe(0);
    },
    8 * minutes,
  );

  test(
    'two releases of one service at once: both are judged, one after the other, and the last one runs',
    async () => {
      const ids = [await ask('web', 'v1'), await ask('web', 'v2')];
      for (const id of ids) await healthy('web', id);
      expect((await product.get('/')).body).toMatch(/ v2$/m);
      expect((await product.ledger()).services.web!.running).toBe(ids[1]);
    },
    5 * minutes,
  );

  test(
    'Spaces away for two minutes: nothing stops serving, and what was asked for meanwhile is done afterwards',
    async () => {
      const since = Date.now();
      let id = '';
      for (const how of ['unanswered', 'refused'] as const) {
        await agent.cutOff(how, async () => {
          id ||= await ask('web', 'v1');
          await sleep(minutes);
        });
      }
      const back = Date.now();
      expect(await agent.log(since)).toContain('the report could not be written');
      await reportSince(back);
      measured['report after Spaces were away'] = (Date.now() - back) / 1000;
      await healthy('web', id);
      measured['release after Spaces were away'] = (Date.now() - back) / 1000;
      expect(writer.refusedSince(since)).toBe(0);
    },
    8 * minutes,
  );

  test(
    'a desired state that is damaged changes nothing and is told; the right one is taken again',
    async () => {
      const right = (await product.cloud.spaces.get(config, 'desired.yaml'))!.bytes;
      const since = Date.now();
      await product.cloud.spaces.put(config, 'desired.yaml', right.subarray(0, right.length / 2));
      try {
        const report = await reportSince(since, ({ desired }) => desired.problem !== undefined);
        expect(problems(report)).toEqual([expect.stringContaining('could not pull')]);
      } finally {
        await product.cloud.spaces.put(config, 'desired.yaml', right);
      }
      await reportSince(
        since,
        ({ desired }) => desired.problem === undefined && desired.digest === digestOf(right.toString()),
      );
      expect(writer.refusedSince(since)).toBe(0);
    },
    5 * minutes,
  );

  test(
    'an agent that is damaged in its bucket is not started: the last good one runs on, also after a restart',
    async () => {
      const right = (await product.cloud.spaces.get(config, 'agent/agent.js'))!.bytes;
      await product.cloud.spaces.put(config, 'agent/agent.js', right.subarray(0, right.length / 2));
      try {
        const since = Date.now();
        await agent.restart();
        expect((await reportSince(since, ({ converge }) => converge?.state === 'converged')).agent.digest).toBe(
          digestOf(right.toString()),
        );
      } finally {
        await product.cloud.spaces.put(config, 'agent/agent.js', right);
      }
    },
    5 * minutes,
  );

  test(
    'two agents never run at once: a second one says so and ends',
    async () => {
      const { code, output } = await product.machine.run(['/usr/local/lib/berth/agent-bootstrap']);
      expect([code, output.trim()]).toEqual([1, 'another agent runs already']);
      expect(await product.on('pgrep --full --count "^/usr/bin/node /var/lib/berth/agent.js"')).toBe('1');
    },
    minutes,
  );

  test(
    "the agent's folder is full: it lives on, says what it cannot write, and does what was asked for once there is room",
    async () => {
      const folder = '/var/lib/berth';
      await product.on(
        `systemctl stop berth-agent; cp -a ${folder} /root/kept; mount -t tmpfs -o size=4m tmpfs ${folder}; cp -a /root/kept/. ${folder}/; systemctl start berth-agent`,
      );
      try {
        await reportSince(Date.now());
        const pid = await agent.pid();
        await product.on(`dd if=/dev/zero of=${folder}/filler bs=4k 2>/dev/null || true`);
        const since = Date.now();
        const id = await ask('web', 'v2');
        await product.until('it says so', async () => (await agent.log(since)).includes('ENOSPC'));
        await sleep(15_000);
        expect(await agent.pid()).toBe(pid);
        expect((await product.get('/')).body).toMatch(/ v1$/m);
        await product.on(`rm ${folder}/filler`);
        measured['release after the folder was full'] = await healthy('web', id);
        expect(await agent.pid()).toBe(pid);
      } finally {
        await product.on(
          `systemctl stop berth-agent; rm -f ${folder}/filler; cp -a ${folder}/. /root/kept/; umount ${folder}; cp -a /root/kept/. ${folder}/; rm -r /root/kept; systemctl start berth-agent`,
        );
      }
    },
    5 * minutes,
  );

  test(
    'the volume is full: the machine says so, and rows are written again once there is room',
    async () => {
      const pid = await agent.pid();
      const since = Date.now();
      try {
        // extents that are reserved and never written: the host's disk does not fill. The last of them may find no room
        await product.on(
          'fallocate --length $(($(stat --file-system --format "%a * %S" /mnt/data))) /mnt/data/filler || true',
        );
        expect(problems(await reportSince(since, ({ machine }) => machine.volume!.free < 10))).toContain(
          'the volume is 100 % full',
        );
      } finally {
        await product.on('rm /mnt/data/filler');
      }
      measured['the volume was full'] = await writer.again(Date.now(), 60);
      expect(await agent.pid()).toBe(pid);
    },
    5 * minutes,
  );

  test(
    "another environment's volume is refused and left as it is; what runs goes on",
    async () => {
      const owner = '/mnt/data/berth/owner.json';
      const right = await product.on(`cat ${owner}`);
      const state = (): Promise<string> =>
        product.on('cd /mnt/data/berth && find . -type f -exec sha256sum {} + | sort');
      await product.on(`echo '{"product":"asset-archive","environment":"production"}' >${owner}`);
      const since = Date.now();
      try {
        const before = await state();
        await agent.restart();
        const report = await reportSince(since, ({ converge }) => converge?.state === 'failed');
        expect(problems(report)).toContain(
          'volume: the data volume belongs to asset-archive, production: it is left untouched. Attach the volume of asset-archive, staging, or correct /mnt/data/berth/owner.json',
        );
        expect(await state()).toBe(before);
      } finally {
        await product.on(`echo '${right}' >${owner}`);
      }
      await reportSince(since, ({ converge }) => converge?.state === 'converged');
      expect(writer.refusedSince(since)).toBe(0);
    },
    5 * minutes,
  );

  test(
    'a clock that is ten minutes off is no hindrance; one that is twenty off is named, and serving goes on',
    async () => {
      const since = Date.now();
      await agent.withClock(600, async () => {
        await product.until(
          'it reports by its own clock',
          async () => Date.parse((await product.report())!.at) > Date.now() + 500_000,
          bound.agent,
        );
      });
      await agent.withClock(1200, async () => {
        await product.until(
          'it says so',
          async () => (await agent.log(since)).includes('RequestTimeTooSkewed'),
          bound.agent,
        );
      });
      await product.until(
        'a report by the right clock',
        async () => Math.abs(Date.parse((await product.report())!.at) - Date.now()) < minutes,
        bound.agent,
      );
      expect(writer.refusedSince(since)).toBe(0);
    },
    6 * minutes,
  );

  test(
    'its key to Spaces is gone: serving goes on, and from outside the machine is silent; with the key it reports again',
    async () => {
      const keys = product.cloud.digitalocean.state.spaces_keys;
      const own = (await product.on('cat /etc/berth/spaces.curlrc')).split('"')[1]!.split(':')[0]!;
      const [name, key] = Object.entries(keys).find(([, { access_key }]) => access_key === own)!;
      const since = Date.now();
      await apiOf(product.cloud).call('DELETE', `spaces/keys/${own}`);
      try {
        await product.until(
          'it says so',
          async () => /InvalidAccessKeyId|403/.test(await agent.log(since)),
          bound.agent,
        );
        const last = (await product.report())!;
        expect(problems(last, Date.parse(last.at) + 200_000)).toEqual([
          'silent for 3 min: the agent does not run, or cannot reach the bucket',
        ]);
      } finally {
        keys[name] = key;
      }
      await reportSince(Date.now());
      expect(writer.refusedSince(since)).toBe(0);
    },
    5 * minutes,
  );

  test(
    "the volume is missing at boot: nothing writes to the machine's own disk, the machine says so, and everything comes back with it",
    async () => {
      const { act } = apiOf(product.cloud);
      const { state } = product.cloud.digitalocean;
      const droplet = Object.values(state.droplets).find(({ name }) => name === 'asset-archive-staging')!;
      const volume = Object.values(state.volumes).find((each) => each.droplet === droplet.id)!;
      await act(`droplets/${droplet.id}`, { type: 'power_off' });
      await act(`volumes/${volume.id}`, { type: 'detach', droplet_id: droplet.id });
      await act(`droplets/${droplet.id}`, { type: 'power_on' });
      await product.until(
        'the machine says so',
        async () => {
          const said = await product.cloud.spaces.get(exchange, 'machine/waiting.json');
          return (
            said !== undefined &&
            (JSON.parse(said.bytes.toString()) as Report).converge?.problems.some((problem) =>
              problem.startsWith('volume:'),
            ) === true
          );
        },
        300,
      );
      expect(await product.on('ls -A /mnt/data; systemctl is-active postgresql@17-main redis-server || true')).toBe(
        'inactive\ninactive',
      );
      const since = Date.now();
      await act(`volumes/${volume.id}`, { type: 'attach', droplet_id: droplet.id });
      measured['the volume came back'] = await writer.again(since, bound.back);
      await reportSince(since, ({ converge }) => converge?.state === 'converged');
    },
    15 * minutes,
  );
});
