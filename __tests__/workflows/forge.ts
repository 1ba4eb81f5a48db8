import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { account } from '../../rehearsal/account';
import { type Cloud, startCloud } from '../../rehearsal/cloud';
import { withoutCredentials } from '../../rehearsal/credentials';
import { type Finished, run } from '../../rehearsal/process';

const root = join(__dirname, '../..');
const standIns = join(__dirname, 'actions');
export const repository = 'acme/asset-archive';

/** What a workflow is given as its event, as far as ours read it. */
export type Event = Readonly<Record<string, unknown>>;

export interface Ran extends Finished {
  /** What each job came to, by its name. */
  readonly jobs: Readonly<Record<string, 'success' | 'failure'>>;
}

/**
 * A repository with the project in it, the rehearsed cloud that its environments live in, and `act`, which runs its
 * workflows as they lie: on this host, with stand-ins for the actions that only fetch programs.
 */
export class Forge {
  private readonly scratch = mkdtempSync(join(tmpdir(), 'forge-'));
  readonly folder = join(this.scratch, 'repository');
  private constructor(readonly cloud: Cloud) {}

  static async open(): Promise<Forge> {
    const forge = new Forge(await startCloud());
    await forge.lay();
    return forge;
  }

  /** The project's own files as the first commit of `main`. */
  private async lay(): Promise<void> {
    const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, env: process.env });
    for (const name of stdout.split('\0').filter((file) => file !== '' && !/^(__tests__|bench|docs)\//.test(file))) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      cpSync(join(root, name), join(this.folder, name));
    }
    await this.git('init', '--quiet', '--initial-branch=main');
    await this.commit('the project');
    const tools = join(this.scratch, 'tools');
    mkdirSync(tools);
    // packages are not installed again for each job: they are this project's own
    writeFileSync(join(tools, 'npm'), `#!/bin/sh\n[ "$1" != ci ] || exec ln -sfn '${join(root, 'node_modules')}' node_modules\nexec '${join(dirname(process.execPath), 'npm')}' "$@"\n`);
    chmodSync(join(tools, 'npm'), 0o755);
    symlinkSync(process.execPath, join(tools, 'node'));
  }

  git = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, output } = await run('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@acme.example', '-c', 'commit.gpgsign=false', ...args], { cwd: this.folder, env: process.env });
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${output}`);
    return stdout.trim();
  };

  edit(path: string, from: string | RegExp, to: string): void {
    const before = readFileSync(join(this.folder, path), 'utf8');
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${path} holds no ${String(from)} to change`);
    writeFileSync(join(this.folder, path), after);
  }

  /** Commits everything, and gives the commit. */
  async commit(title: string): Promise<string> {
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--message', title);
    return this.git('rev-parse', 'HEAD');
  }

  /** Runs a command in the repository as a maintainer at home would. */
  at(...command: readonly string[]): Promise<Finished> {
    symlink(join(root, 'node_modules'), join(this.folder, 'node_modules'));
    return run(command[0]!, command.slice(1), { cwd: this.folder, env: { ...withoutCredentials(process.env), ...this.cloud.env(), CI: '1' } });
  }

  /** Has a workflow run for an event. Secrets are those of the rehearsed account; `secrets: false` is what GitHub gives a stranger. */
  async workflow(name: string, event: string, payload: Event, { sha, secrets = true, onLine }: { sha: string; secrets?: boolean; onLine?: (line: string) => void }): Promise<Ran> {
    const run_ = mkdtempSync(join(this.scratch, 'run-'));
    const eventFile = join(run_, 'event.json');
    writeFileSync(eventFile, JSON.stringify(payload));
    const { GITHUB_TOKEN: token, DIGITALOCEAN_TOKEN: _d, SPACES_ACCESS_KEY_ID: _a, SPACES_SECRET_ACCESS_KEY: _s, AWS_ACCESS_KEY_ID: _x, AWS_SECRET_ACCESS_KEY: _y, ...world } = this.cloud.env();
    const given = secrets ? {
      DIGITALOCEAN_TOKEN: account.digitaloceanToken, SPACES_ACCESS_KEY_ID: account.spaces.accessKey, SPACES_SECRET_ACCESS_KEY: account.spaces.secretKey,
      PLAN_GITHUB_TOKEN: token!, DEPLOY_GITHUB_TOKEN: token!,
    } : {};
    const pairs = (flag: string, values: Record<string, string>): string[] => Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
    const finished = await run('act', [
      event, '--workflows', join('.github/workflows', name), '--eventpath', eventFile, '--platform', 'ubuntu-latest=-self-hosted', '--no-skip-checkout', '--no-cache-server',
      '--container-daemon-socket', '-', '--actor', 'ada', '--json',
      ...pairs('--secret', { GITHUB_TOKEN: token!, ...given }),
      ...pairs('--env', { ...world, GITHUB_REPOSITORY: repository, GITHUB_SHA: sha, BERTH_TEST_ORIGIN: this.folder, BERTH_TEST_ARTIFACTS: join(run_, 'artifacts'), PATH: `${join(this.scratch, 'tools')}:${process.env.PATH}` }),
      ...this.localActions(),
    ], { cwd: this.folder, env: { ...withoutCredentials(process.env), PATH: `${join(this.scratch, 'tools')}:${process.env.PATH}:${join(process.env.GOPATH ?? join(process.env.HOME ?? '', 'go'), 'bin')}`, XDG_CACHE_HOME: join(run_, 'cache') }, onLine });
    return { ...finished, jobs: {} };
  }

  /** Every action of somebody else's that the workflows use, at the commit they pin. */
  private localActions(): string[] {
    const texts = ['.github/workflows/review.yml', '.github/workflows/deploy.yml', '.github/actions/setup/action.yml'].map((path) => readFileSync(join(this.folder, path), 'utf8'));
    const used = new Set(texts.flatMap((text) => [...text.matchAll(/uses: ((?:actions|hashicorp)\/([\w-]+)@\w+)/g)].map(([, reference, name]) => `${reference}=${join(standIns, name!)}`)));
    return [...used].flatMap((each) => ['--local-repository', each]);
  }

  async close(): Promise<void> {
    await this.cloud.close();
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

function symlink(target: string, path: string): void {
  rmSync(path, { force: true });
  symlinkSync(target, path);
}
