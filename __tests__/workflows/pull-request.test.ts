import { account } from '../../simulator/account';
import { whyNoAct } from './act';
import { fork, Forge, type Pull, repository } from './forge';

const minutes = 60_000;
const why = whyNoAct();
const suite = why ? describe.skip : describe;

suite(`from a pull request to what is applied, by the workflows as they lie${why ? ` (skipped: ${why})` : ''}`, () => {
  let forge: Forge;
  let base: string;
  beforeAll(async () => {
    forge = await Forge.open();
    await expectDone(forge.at('npx', 'berth', 'bootstrap'));
    await expectDone(forge.at('npx', 'berth', 'deploy', 'staging', '--yes', '--reason', 'the first of all'));
    base = await forge.git('rev-parse', 'main');
  }, 3 * minutes);
  afterAll(() => (forge as Forge | undefined)?.close());

  async function expectDone(running: Promise<{ code: number; output: string }>): Promise<void> {
    const { code, output } = await running;
    if (code !== 0) throw new Error(output);
  }
  const plan = (number: number) => forge.planned(number);
  const planJobs = ['affected: success', 'comment: success', 'find: success', 'plan staging: success'];
  const deploy = (before: string, sha: string) =>
    forge.workflow('deploy.yml', 'push', { before, after: sha, ref: 'refs/heads/main' }, { sha });
  const comments = async (number: number) =>
    await forge.api<{ id: number; body: string }[]>('GET', `/issues/${number}/comments`);
  const logLevel = (from: string, to: string) => () =>
    forge.edit('environments/staging.ts', `LOG_LEVEL: '${from}'`, `LOG_LEVEL: '${to}'`);
  const desired = async () =>
    (await forge.cloud.spaces.get('asset-archive-staging-config', 'desired.yaml'))!.bytes.toString('utf8');
  let first: Pull;

  test(
    'a pull request that edits one environment gets one comment, about that environment alone',
    async () => {
      first = await forge.openPull('quieter', logLevel('debug', 'info'));
      const ran = await plan(first.number);
      expect(ran.jobs).toEqual(planJobs);
      const [comment, ...others] = await comments(first.number);
      expect(others).toEqual([]);
      expect(comment!.body).toContain('staging');
      expect(comment!.body).not.toContain('production');
      expect(comment!.body).toMatch(/LOG_LEVEL/);
      // what is shown, and what is kept of it
      const machineKeys = Object.values(forge.cloud.digitalocean.state.spaces_keys ?? {}).flatMap(
        (key) => (key as { secret_key?: string }).secret_key ?? [],
      );
      for (const canary of [account.digitaloceanToken, account.githubToken, account.spaces.secretKey, ...machineKeys]) {
        expect(
          [comment!.body, ran.said, ...Object.values(ran.artifacts)].filter((text) => text.includes(canary)),
        ).toEqual([]);
      }
      expect(Object.keys(ran.artifacts).sort()).toEqual(['affected/affected.json', 'review-staging/staging.json']);
      expect(await forge.status(first.head.sha)).toBe('berth success: 1 environment changes');
    },
    2 * minutes,
  );

  test(
    'pushed again, the same comment tells of the new commit',
    async () => {
      const [before] = await comments(first.number);
      await forge.git('switch', '--quiet', 'quieter');
      logLevel('info', 'warn')();
      const sha = await forge.commit('quieter still');
      await forge.push('quieter');
      expect((await plan(first.number)).jobs).toEqual(planJobs);
      const after = await comments(first.number);
      expect(after.map(({ id }) => id)).toEqual([before!.id]);
      expect(after[0]!.body).not.toBe(before!.body);
      expect(after[0]!.body).toContain(sha);
    },
    2 * minutes,
  );

  test(
    'merged, exactly what was reviewed is applied, and it is written down',
    async () => {
      const sha = await forge.merge('quieter');
      const ran = await deploy(base, sha);
      expect(ran.jobs).toEqual(['first staging: success', 'synth: success']);
      expect(await desired()).toContain('LOG_LEVEL: warn');
      const { output } = await forge.at('npx', 'berth', 'history', 'staging', '--json');
      expect(
        (
          JSON.parse(output.slice(output.indexOf('['))) as {
            outcome: string;
            commit: string;
            review?: { commit: string };
          }[]
        )[0],
      ).toMatchObject({ outcome: 'applied', commit: sha, review: { commit: await forge.git('rev-parse', 'quieter') } });
      base = sha;
    },
    2 * minutes,
  );

  test(
    'what changed between review and merge is not applied: the difference is named',
    async () => {
      const pull = await forge.openPull('louder', logLevel('warn', 'debug'));
      expect((await plan(pull.number)).code).toBe(0);
      const droplet = Object.values(forge.cloud.digitalocean.state.firewalls)[0]! as {
        inbound_rules: { ports: string }[];
      };
      const rules = droplet.inbound_rules;
      droplet.inbound_rules = rules.slice(1);
      const sha = await forge.merge('louder');
      const ran = await deploy(base, sha);
      expect(ran.jobs).toEqual(['first staging: failure', 'synth: success']);
      expect(ran.said).toMatch(/staging: nothing was applied[\s\S]*digitalocean_firewall/);
      expect(await desired()).toContain('LOG_LEVEL: warn');
      droplet.inbound_rules = rules;
      // as it was reviewed: now it is applied
      expect((await deploy(base, sha)).jobs).toEqual(['first staging: success', 'synth: success']);
      expect(await desired()).toContain('LOG_LEVEL: debug');
      base = sha;
    },
    3 * minutes,
  );

  test(
    'a deploy waits for another one of the same environment, and then does what was reviewed',
    async () => {
      const pull = await forge.openPull('waiting', logLevel('debug', 'info'));
      expect((await plan(pull.number)).code).toBe(0);
      const sha = await forge.merge('waiting');
      // as Terraform writes it while it is at work
      const lock = {
        ID: '7f5c9d9e-0000-4000-8000-000000000000',
        Operation: 'OperationTypeApply',
        Who: 'runner@elsewhere',
        Version: '1.11.4',
        Created: '2026-11-21T12:00:00Z',
        Path: 'asset-archive-state/staging/terraform.tfstate',
      };
      await forge.cloud.spaces.put('asset-archive-state', 'staging/terraform.tfstate.tflock', JSON.stringify(lock));
      let waited = false;
      const ran = await forge.workflow(
        'deploy.yml',
        'push',
        { before: base, after: sha, ref: 'refs/heads/main' },
        {
          sha,
          onLine(line) {
            if (waited || !line.includes('Acquiring state lock')) return;
            waited = true;
            expect(desired())
              .resolves.toContain('LOG_LEVEL: debug')
              .then(
                () => forge.cloud.spaces.delete('asset-archive-state', 'staging/terraform.tfstate.tflock'),
                () => undefined,
              );
          },
        },
      );
      expect([waited, ran.jobs]).toEqual([true, ['first staging: success', 'synth: success']]);
      expect(await desired()).toContain('LOG_LEVEL: info');
      base = sha;
    },
    3 * minutes,
  );

  test(
    'the label "preview" makes an environment of that commit, and closing the pull request takes it away',
    async () => {
      const pull = await forge.openPull('shown', () =>
        forge.edit('environments/product.ts', "route: '/api',", "route: '/api',\n      memory: 300,"),
      );
      const machines = () => Object.values(forge.cloud.digitalocean.state.droplets).map(({ name }) => name);
      // nothing was synthesized yet
      expect((await forge.labelled('preview.yml', pull.number, 'preview')).jobs).toEqual(['find: failure']);
      await forge.synthesized(pull.number);
      const ran = await forge.labelled('preview.yml', pull.number, 'preview');
      expect(ran.jobs).toEqual(['find: success', 'up: success']);
      expect(ran.said).toContain(
        'the token of previews also reaches staging: give previews a DigitalOcean team of their own',
      );
      expect(machines()).toContain(`asset-archive-pr-${pull.number}`);
      await forge.api('PATCH', `/pulls/${pull.number}`, { state: 'closed' });
      expect(
        (
          await forge.trusted('preview.yml', 'pull_request_target', {
            action: 'closed',
            number: pull.number,
            pull_request: await forge.pull(pull.number),
          })
        ).jobs,
      ).toEqual(['sweep: success']);
      expect(machines()).toEqual(['asset-archive-staging']);
    },
    4 * minutes,
  );

  test(
    "drift behind Terraform's back opens one issue, which closes by itself when it is gone",
    async () => {
      const issues = () =>
        forge.api<{ number: number; title: string; state: string; pull_request?: object }[]>(
          'GET',
          '/issues?state=all&labels=drift',
        );
      const drift = () =>
        forge.workflow(
          'drift.yml',
          'schedule',
          { repository: { full_name: repository, default_branch: 'main' } },
          { sha: base },
        );
      const firewall = Object.values(forge.cloud.digitalocean.state.firewalls)[0]! as { inbound_rules: unknown[] };
      const rules = firewall.inbound_rules;
      firewall.inbound_rules = [...rules, { protocol: 'tcp', ports: '22', sources: { addresses: ['0.0.0.0/0'] } }];
      await drift();
      const [opened, ...others] = await issues();
      expect([opened!.state, opened!.title, others]).toEqual(['open', expect.stringContaining('staging'), []]);
      await drift();
      expect((await issues()).map(({ number }) => number)).toEqual([opened!.number]);
      firewall.inbound_rules = rules;
      await drift();
      expect((await issues()).map(({ number, state }) => [number, state])).toEqual([[opened!.number, 'closed']]);
    },
    5 * minutes,
  );

  test(
    "a stranger's pull request is planned as everybody's is: its code meets no secret, so nobody has to look at it first",
    async () => {
      const pull = await forge.openPull('theirs', logLevel('info', 'trace'), { from: fork });
      expect((await plan(pull.number)).jobs).toEqual(planJobs);
      expect((await comments(pull.number))[0]!.body).toContain('LOG_LEVEL');
      expect(await forge.status(pull.head.sha)).toBe('berth success: 1 environment changes');
    },
    3 * minutes,
  );

  test(
    'a push takes the labels away that were set for the commit before it',
    async () => {
      const pull = await forge.openPull('pushed', logLevel('info', 'error'));
      await forge.api('POST', `/issues/${pull.number}/labels`, { labels: ['plan', 'preview', 'drift'] });
      const ran = await forge.trusted('plan.yml', 'pull_request_target', {
        action: 'synchronize',
        number: pull.number,
        pull_request: await forge.pull(pull.number),
      });
      expect(ran.jobs).toEqual(['unlabel: success']);
      expect(
        (await forge.api<{ labels: { name: string }[] }>('GET', `/issues/${pull.number}`)).labels.map(
          ({ name }) => name,
        ),
      ).toEqual(['drift']);
    },
    minutes,
  );
});
