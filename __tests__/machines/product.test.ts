import { account } from '../../simulator/account';
import { whyNoMachine } from '../../simulator/machines/requirements';
import { BootedProduct } from '../../bench/booted-product';
import { openPorts } from '../../bench/hardening';
import { Intruder, metadata, serveMetadata } from './intruder';
import { withOpenSockets } from './open-sockets';

const minutes = 60_000;
const why = whyNoMachine();
const suite = why ? describe.skip : describe;
/** Every language that it goes through would read something into it. */
const odd = 'Hello {{name}} {{.Node.Hostname}} ${branch} %{x} $HOME cafe\u0301 "\'`\\ two\nlines\r \u001b[31m';
const canary = 'smtp://user:canary-4711@mail.acme.example';

suite(`a product on its machine${why ? ` (skipped: ${why})` : ''}`, () => {
  let product: BootedProduct;
  beforeAll(async () => {
    // each service has a database of its own, so that one can try to reach another's
    product = await BootedProduct.deploy((workspace) =>
      workspace.edit('product.ts', 'redis: { version: 8, shared: true }', 'redis: { version: 8, shared: false }'),
    );
    await product.setSecret('SMTP_URL', canary);
    await product.releaseAll();
  }, 10 * minutes);
  afterAll(() => (product as BootedProduct | undefined)?.remove(), 2 * minutes);

  /** The service's one container, once those that were taken back or replaced have gone. */
  const pidOf = async (service: string): Promise<string> => {
    const containers = () => product.on(`docker ps --no-trunc --quiet --filter name=berth_${service}`);
    await product.until(`${service} has one container`, async () => /^\w+$/.test(await containers()));
    return containers();
  };

  test("web, api and cms answer over HTTPS on the environment's domain, with a certificate that a visitor trusts", async () => {
    expect(await product.get('/')).toMatchObject({ status: 200, body: expect.stringMatching(/ v1$/m) as string });
    expect((await product.get('/api/v1/health')).status).toBe(200);
    expect((await product.get('/', { host: `cms.${product.domain}` })).status).toBe(200);
  });

  test('the api uses its database and its cache', async () => {
    const visit = async () => JSON.parse((await product.get('/api/visits')).body) as { rows: number; hits: number };
    const first = await visit();
    expect(await visit()).toMatchObject({ rows: first.rows + 1, hits: first.hits + 1 });
  });

  test('the worker works, and the cron job runs when it is asked to and remembers how it ended', async () => {
    await product.apply((workspace) =>
      workspace.edit(
        'staging.ts',
        '  services: {',
        `  services: {\n    report: { schedule: 'CRON_TZ=Europe/Berlin 30 2 * * *', variables: { ODD: ${JSON.stringify(odd)}, LINE: ${JSON.stringify(odd.replaceAll(/[\r\n]/g, ' '))} } },`,
      ),
    );
    await product.on('systemctl start berth-job-report');
    expect(await product.on('systemctl show berth-job-report --property=Result,ExecMainStatus')).toBe(
      'Result=success\nExecMainStatus=0',
    );
    expect(await product.on('systemctl is-active berth-job-report.timer')).toBe('active');
    // half past two in Berlin, where it is later than in London
    expect(await product.on('TZ=UTC systemctl show berth-job-report.timer --property=NextElapseUSecRealtime')).toMatch(
      / (00|01):30:00 UTC$/,
    );
    expect(await product.on("docker ps --format '{{.Names}}' | grep -c berth_worker")).toBe('1');
    // what Docker reads of its script and its file, instead of running it
    const container = (await product.on("sed 's/ run --rm / create /' /var/lib/berth/jobs/report.sh | sh"))
      .split('\n')
      .at(-1)!;
    const { Env } = JSON.parse(
      await product.on(`docker inspect --format '{{json .Config}}' ${container}; docker rm ${container} >/dev/null`),
    ) as { Env: string[] };
    expect(Env).toEqual(
      expect.arrayContaining([`ODD=${odd}`, `LINE=${odd.replaceAll(/[\r\n]/g, ' ')}`, 'PGDATABASE=report']),
    );
  });

  test.each([
    ['the machine answers for itself', '/healthz', {}, 200, 'ok'],
    [
      "a host that no service has is served by the domain's",
      '/healthz',
      { scheme: 'http', host: '198.51.100.1' },
      200,
      'ok',
    ],
  ])('%s', async (_, path, options, status, body) => {
    expect(await product.get(path, options)).toEqual({ status, body });
  });

  test('HTTP is led to HTTPS', async () => {
    const { stdout } = await product.outside([
      'curl',
      '--silent',
      '--output',
      '/dev/null',
      '--write-out',
      '%{http_code} %{redirect_url}',
      `http://${product.domain}/somewhere?a=b`,
    ]);
    expect(stdout).toBe(`308 https://${product.domain}/somewhere?a=b`);
  });

  test('answers are compressed, and browsers told to stay with HTTPS; nothing tells what software it is', async () => {
    const { stdout } = await product.outside([
      'curl',
      '--silent',
      '--dump-header',
      '-',
      '--output',
      '/dev/null',
      '--compressed',
      `https://${product.domain}/`,
    ]);
    expect(stdout).toMatch(/^strict-transport-security: max-age=31536000\r$/m);
    expect(stdout).not.toMatch(/^server:/im);
  });

  test('a service sees the address of who asks', async () => {
    const { body } = await product.get('/api/echo', { options: ['--interface', '192.0.2.7'] });
    expect((JSON.parse(body) as { headers: Record<string, string> }).headers['x-forwarded-for']).toBe('192.0.2.7');
  });

  test('server-sent events come one by one, as they are sent', async () => {
    const { stdout } = await product.outside([
      'timeout',
      '2',
      'curl',
      '--silent',
      '--no-buffer',
      `https://${product.domain}/api/events`,
    ]);
    expect(stdout.match(/^data: /gm)!.length).toBeGreaterThan(3);
  });

  test("what is root on the machine cannot load modules, write to ports, set the clock or read the kernel's log of this host", async () => {
    const [, bits] = /CapBnd:\s+([0-9a-f]+)/.exec(await product.on('cat /proc/1/status'))!;
    const has = (capability: number) => (BigInt(`0x${bits}`) >> BigInt(capability)) % 2n === 1n;
    // by their numbers in linux/capability.h
    const capabilities = {
      NET_ADMIN: 12,
      SYS_MODULE: 16,
      SYS_RAWIO: 17,
      SYS_TIME: 25,
      MAC_OVERRIDE: 32,
      MAC_ADMIN: 33,
      SYSLOG: 34,
      WAKE_ALARM: 35,
      PERFMON: 38,
      CHECKPOINT_RESTORE: 40,
    };
    expect(
      Object.entries(capabilities)
        .filter(([, number]) => has(number))
        .map(([name]) => name),
    ).toEqual(['NET_ADMIN']);
  });

  test(
    'of all 65,535 ports only 80 and 443 are open to the world',
    async () => {
      expect(await openPorts(product)).toEqual([80, 443]);
    },
    3 * minutes,
  );

  describe('whoever has broken into a service', () => {
    test(
      'does not reach what the droplet is told at its link-local address, its key among it',
      async () => {
        const api = new Intruder(product, 'api');
        await serveMetadata(product, 'canary-user-data');
        expect(await product.on(`curl --silent --retry 5 --retry-connrefused http://${metadata}/`)).toBe(
          'canary-user-data',
        );
        const ask = async () =>
          (await api.run(`/.berth/busybox timeout 5 /.berth/busybox wget -q -O - http://${metadata}/`)).output.includes(
            'canary-user-data',
          );
        expect(await ask()).toBe(false);
        // it is these rules that keep them from it
        await product.on('nft delete table inet berth');
        expect(await ask()).toBe(true);
        // and the agent puts them back
        await product.on('systemctl restart berth-agent');
        await product.until('the rules are back', async () =>
          (await product.on('nft list table inet berth')).includes('169.254.0.0/16'),
        );
        expect(await ask()).toBe(false);
      },
      2 * minutes,
    );

    test(
      'reaches nothing of the machine but Postgres, Redis and the proxy',
      async () => {
        const api = new Intruder(product, 'api');
        await product.on(
          'systemd-run --quiet --unit=elsewhere busybox nc -ll -p 22022 -e /bin/true; systemctl is-active ssh || systemd-run --quiet --unit=sshd-like busybox nc -ll -p 22 -e /bin/true',
        );
        const addresses = (await product.on('ip -4 -o address | awk \'{split($4, a, "/"); print a[1]}\''))
          .split('\n')
          .filter((address) => !/^(127|169\.254)\./.test(address));
        expect(addresses).toContain('172.18.0.1');
        for (const address of addresses) {
          const found = await Promise.all([22, 111, 2377, 4789, 7946, 22022].map((port) => api.port(address, port)));
          expect([address, ...found]).toEqual([address, ...found.map(() => 'closed')]);
        }
        expect(await Promise.all([5432, 6379].map((port) => api.port('172.18.0.1', port)))).toEqual(['open', 'open']);
        expect(await Promise.all([80, 443].map((port) => api.port('proxy', port)))).toEqual(['open', 'open']);
      },
      2 * minutes,
    );

    test("has none of the kernel's capabilities, and a job has none either", async () => {
      expect(
        (
          await new Intruder(product, 'api').run('/.berth/busybox grep -E "^Cap(Prm|Eff|Bnd|Amb)" /proc/self/status')
        ).output
          .split('\n')
          .map((line) => line.split(/\s+/)[1]),
      ).toEqual(Array(4).fill('0000000000000000'));
      const pid = await product.on(
        "docker inspect --format '{{.State.Pid}}' $(docker ps --quiet --filter name=berth_proxy)",
      );
      expect(await product.on(`grep CapBnd /proc/${pid}/status`)).toMatch(/0000000000000400$/);
      expect(
        await product.on(
          'cat /etc/systemd/system/berth-job-report.service $(find /var/lib/berth/jobs -name "report*")',
        ),
      ).toMatch(/--cap-drop['"\s\\]+ALL/);
    });

    test(
      'reads, changes and deletes no key of another service, and administers nothing',
      async () => {
        const [api, worker] = [new Intruder(product, 'api'), new Intruder(product, 'worker')];
        const own = Number((await worker.redis('SET intruded no', 'CLIENT INFO')).join().match(/ db=(\d+)/)![1]);
        expect(own).toBeGreaterThan(0);
        for (const line of [
          `SELECT ${own}`,
          `MOVE mine ${own}`,
          `COPY mine intruded DB ${own} REPLACE`,
          `EVAL "redis.call('select', ${own}) return redis.call('get', 'intruded')" 0`,
          `SWAPDB 0 ${own}`,
          'FLUSHALL',
          'FLUSHDB',
          'KEYS *',
          'FUNCTION FLUSH',
          'FUNCTION LIST',
          'SCRIPT FLUSH',
          'SCRIPT KILL',
          'CONFIG GET *',
          'ACL LIST',
          'CLIENT LIST',
          'CLIENT KILL TYPE normal',
          'MONITOR',
          'DEBUG SLEEP 0',
          'SHUTDOWN',
          'SAVE',
          'REPLICAOF NO ONE',
          'MIGRATE 127.0.0.1 6379 mine 0 1000',
          'PUBLISH worker:news hello',
          'SUBSCRIBE worker:news',
          'PSUBSCRIBE *',
          'PUBSUB CHANNELS',
          'CLIENT TRACKING ON BCAST',
        ]) {
          const answer = (await api.redis('SET mine yes', line)).slice(1).join('\n');
          expect([line, answer]).toEqual([
            line,
            expect.stringMatching(/NOPERM|can't run this command|No permissions|DEBUG command not allowed/i) as string,
          ]);
        }
        expect(await worker.redis('GET intruded', 'EXISTS mine')).toEqual(['no', '0']);
        expect(
          await api.redis(
            'GET mine',
            'EXISTS intruded',
            "EVAL \"return redis.call('get', 'mine')\" 0",
            'PUBLISH api:news hello',
            'MULTI',
            'INCR count',
            'EXEC',
            'DEL mine count',
          ),
        ).toEqual(['yes', '0', 'yes', '0', 'OK', 'QUEUED', '1', '2']);
        await worker.redis('DEL intruded');
      },
      minutes,
    );
  });

  test(
    'other routes close no WebSocket, and no echo is lost',
    async () => {
      expect(await product.on('docker exec $(docker ps --quiet --filter name=berth_proxy) caddy version')).toMatch(
        /^v2\.10\.2/,
      );
      const shop = "web: { replicas: 1, route: '/shop' }";
      try {
        const { load, result } = await product.underLoad(
          () =>
            withOpenSockets(product, `wss://${product.domain}/api/ws`, 20, async () => {
              await product.apply((workspace) => workspace.edit('staging.ts', 'web: { replicas: 1 }', shop));
              expect((await product.get('/shop')).status).toBe(200);
            }),
          { url: `https://${product.domain}/api/v1/health`, connections: 4 },
        );
        expect(load.failed).toMatchObject({ status: 0, body: 0 });
        expect(result).toMatchObject({ opened: 20, closed: [], echoed: result.sent });
        expect(result.sent).toBeGreaterThan(200);
      } finally {
        await product.apply((workspace) => workspace.edit('staging.ts', shop, 'web: { replicas: 1 }'));
      }
    },
    2 * minutes,
  );

  test('its certificates are in its report, and all is well', async () => {
    expect(Object.keys((await product.report())!.certificates!)).toEqual([product.domain, `cms.${product.domain}`]);
    expect(await product.workspace.tryBerth(['status', 'staging'])).toMatchObject({
      code: 0,
      output: expect.stringContaining('is healthy') as string,
    });
  });

  test(
    'a release that crashes is taken back within 30 s, and the developer sees why',
    async () => {
      const { load, result } = await product.underLoad(() => product.release('web', 'crash'), {
        connections: 2,
        expect: ' v1\\n$',
      });
      expect(result).toMatchObject({
        state: 'rolled back',
        lines: expect.arrayContaining(['log: FATAL config: DATABASE_URL is not set']) as string[],
      });
      expect(Date.parse(result.endedAt!) - Date.parse(result.startedAt)).toBeLessThan(30_000);
      expect(load.failed).toEqual({ socket: 0, status: 0, body: 0 });
    },
    3 * minutes,
  );

  test(
    'a release that is never healthy is taken back within 60 s, and its health check is quoted',
    async () => {
      const { load, result } = await product.underLoad(() => product.release('web', 'unhealthy'), {
        connections: 2,
        expect: ' v1\\n$',
      });
      expect(result).toMatchObject({
        state: 'rolled back',
        lines: expect.arrayContaining([expect.stringContaining('503')]) as string[],
      });
      expect(Date.parse(result.endedAt!) - Date.parse(result.startedAt)).toBeLessThan(60_000);
      expect(load.failed).toEqual({ socket: 0, status: 0, body: 0 });
    },
    3 * minutes,
  );

  test(
    'a release replaces what runs without failing a request, and a rollback goes back',
    async () => {
      const { load, result } = await product.underLoad(() => product.release('web', 'v2'), {
        connections: 2,
        expect: ' v[12]\\n$',
      });
      expect([result.state, load.failed]).toEqual(['healthy', { socket: 0, status: 0, body: 0 }]);
      expect((await product.get('/')).body).toMatch(/ v2$/m);
      const { code, output } = await product.workspace.tryBerth(['rollback', 'staging', 'web']);
      expect([code, output]).toEqual([0, expect.stringContaining('✓ healthy')]);
      expect((await product.get('/')).body).toMatch(/ v1$/m);
    },
    3 * minutes,
  );

  test(
    'an image that does not exist, or is for another machine, is refused before anything is touched',
    async () => {
      const before = await pidOf('web');
      expect(await product.release('web', 'arm64')).toMatchObject({
        state: 'failed',
        lines: [expect.stringMatching(/not built for this machine's architecture/) as string],
      });
      expect(await pidOf('web')).toBe(before);
    },
    2 * minutes,
  );

  test(
    'a private image is fetched with the login that the environment names, once its secret is there',
    async () => {
      const digest = (await product.image('web', 'v3')).split('@')[1];
      const release = () =>
        product.workspace.tryBerth(['release', 'staging', 'web', `ghcr.io/acme/private-web@${digest}`]);
      await product.apply((workspace) =>
        workspace.edit('staging.ts', 'web: { replicas: 1 }', "web: { replicas: 1, image: 'ghcr.io/acme/private-web' }"),
      );
      expect(await release()).toMatchObject({
        code: 1,
        output: expect.stringContaining('ghcr.io wants a login for ghcr.io/acme/private-web') as string,
      });
      product.workspace.edit(
        'staging.ts',
        '  github: {',
        "  registries: { 'ghcr.io': { user: 'acme-bot', secret: 'GHCR_TOKEN' } },\n  github: {",
      );
      await product.setSecret('GHCR_TOKEN', account.githubToken);
      expect(await release()).toMatchObject({ code: 0, output: expect.stringContaining('✓ healthy') as string });
      await product.apply((workspace) => workspace.edit('staging.ts', ", image: 'ghcr.io/acme/private-web'", ''));
      expect(await product.release('web', 'v1')).toMatchObject({ state: 'healthy' });
    },
    3 * minutes,
  );

  test(
    'an edit of one service touches no other, nor the proxy or the datastores; what did not change is not touched at all',
    async () => {
      const others = async () => ({
        proxy: await pidOf('proxy'),
        web: await pidOf('web'),
        databases: await product.on('pidof redis-server; head -1 /mnt/data/postgres/17/postmaster.pid'),
      });
      const [before, api] = [await others(), await pidOf('api')];
      await product.apply((workspace) =>
        workspace.edit('staging.ts', "LOG_LEVEL: 'debug'", `LOG_LEVEL: 'info', ODD: ${JSON.stringify(odd)}`),
      );
      expect(await others()).toEqual(before);
      const next = await pidOf('api');
      expect(next).not.toBe(api);
      // text arrives letter by letter: through Terraform, a bucket, YAML, the agent and the swarm
      const environ = Buffer.from(
        await product.on(`base64 --wrap=0 /proc/$(docker inspect --format '{{.State.Pid}}' ${next})/environ`),
        'base64',
      )
        .toString()
        .split('\0');
      expect(environ).toEqual(expect.arrayContaining([`ODD=${odd}`, 'PGHOST=postgres', 'PGUSER=api']));
      expect((await product.report())!.converge).toMatchObject({ state: 'converged', problems: [] });
    },
    2 * minutes,
  );

  test(
    "an edit that does not work fails the deploy with the container's own words, and the former one goes on",
    async () => {
      await expect(
        product.apply((workspace) =>
          workspace.edit('staging.ts', "LOG_LEVEL: 'info'", "LOG_LEVEL: 'info', CRASH: '1'"),
        ),
      ).rejects.toThrow(/api: rolled back[\s\S]*FATAL/);
      expect((await product.get('/api/v1/health')).status).toBe(200);
      await product.apply((workspace) => workspace.edit('staging.ts', ", CRASH: '1'", ''));
      expect((await product.workspace.tryBerth(['status', 'staging'])).output).toMatch(/is healthy/);
    },
    3 * minutes,
  );

  test(
    'a converge that changes nothing takes less than three seconds',
    async () => {
      await product.on('systemctl restart berth-agent');
      await product.until(
        'the agent has converged again',
        async () =>
          (await product.report())!.converge!.at > new Date(Date.now() - 20_000).toISOString() &&
          (await product.report())!.converge!.state === 'converged',
      );
      expect((await product.report())!.converge!.seconds).toBeLessThan(3);
    },
    minutes,
  );

  test('the secret is where the api reads it, and nowhere else', async () => {
    expect(
      await product.on(
        'docker service inspect berth_api --format "{{json .Spec.TaskTemplate.ContainerSpec.Env}}" | grep -c canary-4711',
      ),
    ).toBe('1');
    for (const service of ['web', 'cms', 'worker'])
      expect(await product.on(`docker service inspect berth_${service} | grep -c canary-4711 || true`)).toBe('0');
    expect(await product.on('journalctl --no-pager | grep -c canary-4711 || true')).toBe('0');
    expect(JSON.stringify([await product.report(), await product.ledger()])).not.toContain('canary-4711');
    for (const name of ['desired.yaml', 'agent/agent.js'])
      expect((await product.cloud.spaces.get('asset-archive-staging-config', name))!.bytes.toString()).not.toContain(
        'canary-4711',
      );
  });

  test(
    'while it is closed visitors see a page of its own, those who are allowed see the product, and nobody is refused on the way there',
    async () => {
      const page = '<p>back at {noon}, `sharp`';
      const { load } = await product.underLoad(
        () =>
          product.apply((workspace) =>
            workspace.edit(
              'staging.ts',
              '  github: {',
              `  maintenance: { allow: ['192.0.2.7/32'] },\n  pages: { maintenance: ${JSON.stringify(page)} },\n  github: {`,
            ),
          ),
        { connections: 2 },
      );
      // with new routes the proxy closes a kept connection that is idle just then, once; every client but this one asks again (RFC 9112, 9.3.1)
      expect(load.failed.socket).toBeLessThanOrEqual(2);
      expect(
        load.examples
          .map(({ what }) => what)
          .filter((what) => !/^503 |EOF|connection reset by peer|broken pipe/.test(what)),
      ).toEqual([]);
      expect(load.failed.body).toBe(0);
      expect(await product.get('/')).toEqual({ status: 503, body: page });
      expect(await product.get('/api/visits', { options: ['--request', 'POST'] })).toEqual({ status: 503, body: page });
      expect(await product.get('/', { options: ['--interface', '192.0.2.7'] })).toMatchObject({ status: 200 });
      expect(await product.get('/healthz')).toEqual({ status: 200, body: 'ok' });
      await product.apply((workspace) =>
        workspace.edit('staging.ts', "  maintenance: { allow: ['192.0.2.7/32'] },\n", ''),
      );
      expect(await product.get('/')).toMatchObject({ status: 200 });
    },
    2 * minutes,
  );

  test(
    'where a service cannot answer there is a page, and nothing tells what software it is',
    async () => {
      await product.on('docker service scale berth_web=0');
      const { stdout } = await product.outside(['curl', '--silent', '--include', `https://${product.domain}/`]);
      expect(stdout).toMatch(/^HTTP\/2 503[\s\S]*^retry-after: 10\r$[\s\S]*Back in a moment/m);
      expect(stdout).not.toMatch(/^server:/im);
      await product.on('docker service scale berth_web=1');
      await product.until('web answers again', async () => (await product.get('/')).status === 200);
    },
    minutes,
  );

  test(
    'a product that only some reach gets its certificate all the same, and shows nothing to others',
    async () => {
      await product.apply((workspace) =>
        workspace.edit('staging.ts', '  github: {', "  access: { web: { from: ['192.0.2.7/32'] } },\n  github: {"),
      );
      // as on a new machine
      await product.on('rm -rf /mnt/data/proxy/caddy && docker service update --force --detach=false berth_proxy');
      await product.until(
        'there is a certificate',
        async () =>
          (await product.get('/', { options: ['--interface', '192.0.2.7'] }).catch(() => ({ status: 0 }))).status ===
          200,
      );
      const ask = async (url: string) =>
        (
          await product.outside([
            'curl',
            '--silent',
            '--max-time',
            '3',
            '--output',
            '/dev/null',
            '--write-out',
            '%{http_code}',
            url,
          ])
        ).stdout;
      expect([
        await ask(`https://${product.domain}/`),
        await ask(`http://${product.domain}/`),
        await ask('http://198.51.100.1/'),
      ]).toEqual(['000', '308', '404']);
    },
    3 * minutes,
  );
});
