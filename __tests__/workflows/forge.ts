import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { account } from '../../simulator/account';
import { type Cloud, startCloud } from '../../scenario/cloud';
import { seed } from '../../scenario/seed';
import { withoutCredentials } from '../../simulator/credentials';
import { type Finished, run } from '../../simulator/process';
import { toolFolders } from './act';
import { filesIn, symlink } from './forge-files';

const root = join(__dirname, '../..');
const standIns = join(__dirname, 'actions');
export const repository = 'acme/asset-archive';
/** Somebody else's copy of it. */
export const fork = 'mallory/asset-archive';

/** What a workflow is given as its event, as far as ours read it. */
export type Event = Readonly<Record<string, unknown>>;

export interface Ran {
  readonly code: number;
  /** What its steps have said, without act's own words. */
  readonly said: string;
  /** Each job that ran and what it came to, such as `plan staging: success`, in the order of their letters. */
  readonly jobs: readonly string[];
  /** Files of the artifacts, by their path. */
  readonly artifacts: Readonly<Record<string, string>>;
}

interface RunOptions {
  readonly sha: string;
  /** False: what GitHub gives a stranger, and every job without an environment. */
  readonly secrets?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

export interface Pull {
  readonly number: number;
  readonly head: {
    readonly sha: string;
    readonly ref: string;
    readonly repo: { readonly owner: { readonly login: string } };
  };
  readonly base: { readonly sha: string };
}

/**
 * A repository with the project in it, the rehearsed cloud that its environments live in, and `act`, which runs its
 * workflows as they lie: on this host, with stand-ins for the actions that only fetch programs.
 */
export class Forge {
  private readonly scratch = mkdtempSync(join(tmpdir(), 'forge-'));
  readonly folder = join(this.scratch, 'repository');
  /** Artifacts of runs, in a folder each that is named after the run. */
  readonly runs = join(this.scratch, 'runs');
  private readonly path = [join(this.scratch, 'tools'), process.env.PATH, ...toolFolders].join(delimiter);

  private constructor(readonly cloud: Cloud) {}

  static async open(): Promise<Forge> {
    const forge = new Forge(
      await startCloud({
        seed: { ...seed, repositories: [...seed.repositories!, { name: fork, forkOf: repository, private: false }] },
      }),
    );
    await forge.lay();
    return forge;
  }

  /** The project's own files as the first commit of `main`. */
  private async lay(): Promise<void> {
    const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      env: process.env,
    });
    for (const name of stdout.split('\0').filter((file) => file !== '' && !/^(__tests__|bench|docs)\//.test(file))) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      cpSync(join(root, name), join(this.folder, name));
    }
    await this.git('init', '--quiet', '--initial-branch=main');
    await this.commit('the project');
    await this.push('main');
    const tools = join(this.scratch, 'tools');
    mkdirSync(tools);
    // packages are not installed again for each job: they are this project's own
    writeFileSync(
      join(tools, 'npm'),
      `#!/bin/sh\n[ "$1" != ci ] || exec ln -sfn '${join(root, 'node_modules')}' node_modules\nexec '${join(dirname(process.execPath), 'npm')}' "$@"\n`,
    );
    chmodSync(join(tools, 'npm'), 0o755);
    symlinkSync(process.execPath, join(tools, 'node'));
  }

  git = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, output } = await run(
      'git',
      ['-c', 'user.name=Ada', '-c', 'user.email=ada@acme.example', '-c', 'commit.gpgsign=false', ...args],
      { cwd: this.folder, env: process.env },
    );
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
    return run(command[0]!, command.slice(1), {
      cwd: this.folder,
      env: { ...withoutCredentials(process.env), ...this.cloud.env(), CI: '1' },
    });
  }

  /** Tells GitHub of the branch as it is here; its commits are git's own. */
  async push(branch: string, from = repository): Promise<string> {
    const sha = await this.git('rev-parse', branch);
    this.cloud.github.push({
      repository: from,
      branch,
      sha,
      files: { 'pushed.txt': sha },
      ...(branch === 'main' && this.merged !== undefined ? { parent: this.merged } : {}),
    });
    return sha;
  }

  private merged: string | undefined;

  /** Merges a branch into main, as GitHub's button does, and gives the merge commit. */
  async merge(branch: string): Promise<string> {
    await this.git('switch', '--quiet', 'main');
    await this.git('merge', '--quiet', '--no-ff', '--no-edit', branch);
    this.merged = await this.git('rev-parse', branch);
    return this.push('main');
  }

  /** Calls the rehearsed GitHub as a person with a browser would. */
  async api<T>(method: string, path: string, body?: object): Promise<T> {
    const { GITHUB_API_URL: url, GITHUB_TOKEN: token } = this.cloud.env();
    const response = await fetch(`${url}/repos/${repository}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  /** An edit on a branch of its own, pushed, and a pull request of it. */
  async openPull(
    branch: string,
    edit: () => void,
    { title = `A change on ${branch}`, from = repository }: { readonly title?: string; readonly from?: string } = {},
  ): Promise<Pull> {
    await this.git('switch', '--quiet', '--create', branch, 'main');
    edit();
    await this.commit(title);
    await this.push(branch, from);
    return this.api('POST', '/pulls', { title, head: `${from.split('/')[0]}:${branch}`, base: 'main' });
  }

  /** The commit's status that a rule for `main` requires. */
  async status(sha: string): Promise<string | undefined> {
    const [newest] = await this.api<{ state: string; context: string; description: string }[]>(
      'GET',
      `/commits/${sha}/statuses`,
    );
    return newest && `${newest.context} ${newest.state}: ${newest.description}`;
  }

  /** The pull request as an event tells of it. */
  readonly pull = (number: number): Promise<Pull> => this.api('GET', `/pulls/${number}`);

  /** Has a workflow run for an event. Secrets are those of the rehearsed account; `secrets: false` is what GitHub gives a stranger. */
  async workflow(
    name: string,
    event: string,
    payload: Event,
    { sha, secrets = true, env = {}, onLine }: RunOptions,
  ): Promise<Ran> {
    const own = mkdtempSync(join(this.scratch, 'run-'));
    const eventFile = join(own, 'event.json');
    writeFileSync(eventFile, JSON.stringify(payload));
    const { GITHUB_TOKEN: token, ...all } = this.cloud.env();
    // where the cloud is, and nothing that opens it: that comes as secrets, to the jobs that name them
    const opening = new Set([
      account.digitaloceanToken,
      account.githubToken,
      account.spaces.accessKey,
      account.spaces.secretKey,
    ]);
    const world = Object.fromEntries(Object.entries(all).filter(([, value]) => !opening.has(value)));
    const given: Record<string, string> = secrets
      ? {
          DIGITALOCEAN_TOKEN: account.digitaloceanToken,
          SPACES_ACCESS_KEY_ID: account.spaces.accessKey,
          SPACES_SECRET_ACCESS_KEY: account.spaces.secretKey,
          PLAN_GITHUB_TOKEN: token!,
          DEPLOY_GITHUB_TOKEN: token!,
        }
      : {};
    const pairs = (flag: string, values: Record<string, string>): string[] =>
      Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
    const { code, stdout, output } = await run(
      'act',
      [
        event,
        '--workflows',
        join('.github/workflows', name),
        '--eventpath',
        eventFile,
        '--platform',
        'ubuntu-latest=-self-hosted',
        '--no-skip-checkout',
        '--no-cache-server',
        '--container-daemon-socket',
        '-',
        '--actor',
        'ada',
        '--json',
        ...pairs('--secret', { GITHUB_TOKEN: secrets ? token! : account.github.forkToken, ...given }),
        ...pairs('--env', {
          ...world,
          GITHUB_REPOSITORY: repository,
          GITHUB_SHA: sha,
          BERTH_TEST_ORIGIN: this.folder,
          BERTH_TEST_ARTIFACTS: join(own, 'artifacts'),
          BERTH_TEST_RUNS: this.runs,
          PATH: this.path,
          ...env,
        }),
        ...this.localActions(),
      ],
      {
        cwd: this.folder,
        env: { ...withoutCredentials(process.env), PATH: this.path, XDG_CACHE_HOME: join(own, 'cache') },
        onLine,
      },
    );
    const lines = stdout.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as ActLine];
      } catch {
        return [];
      }
    });
    if (lines.length === 0 && code !== 0) throw new Error(`act ended with ${code}: ${output}`);
    return {
      code,
      said: lines
        .filter(({ raw_output: raw }) => raw)
        .map(({ msg }) => stripVTControlCharacters(msg))
        .join(''),
      jobs: lines
        .flatMap(({ jobResult, jobID, matrix }) =>
          jobResult
            ? [`${[jobID, ...(matrix?.environment === undefined ? [] : [matrix.environment])].join(' ')}: ${jobResult}`]
            : [],
        )
        .sort(),
      artifacts: filesIn(join(own, 'artifacts')),
    };
  }

  /**
   * What GitHub does when a pull request is pushed: its code is synthesized, without a secret and with a token that reads; when that has
   * ended, the workflow that plans runs. `artifacts` may tamper with what the first has left, as the code that it ran could have.
   */
  async planned(
    number: number,
    {
      tamper,
      label,
      sender = 'ada',
    }: { readonly tamper?: (folder: string) => void; readonly label?: string; readonly sender?: string } = {},
  ): Promise<Ran> {
    if (label !== undefined) return this.labelled('plan.yml', number, label, sender);
    const { synth, id } = await this.synthesized(number, tamper);
    const pull = await this.pull(number);
    const run = this.cloud.github.state.repositories[repository]!.runs[id]!;
    const event = {
      ...run,
      event: 'pull_request',
      conclusion: synth.code === 0 ? 'success' : 'failure',
      head_repository: { owner: { login: pull.head.repo.owner.login } },
      html_url: `https://github.com/${repository}/actions/runs/${id}`,
    };
    return this.trusted('plan.yml', 'workflow_run', { action: 'completed', workflow_run: event });
  }

  /** Runs the workflow that synthesizes a pull request, and keeps what it leaves under a run. */
  async synthesized(number: number, tamper?: (folder: string) => void): Promise<{ synth: Ran; id: number }> {
    const pull = await this.pull(number);
    const { id } = this.cloud.github.startRun(repository, {
      name: 'synth',
      path: '.github/workflows/synth.yml',
      event: 'pull_request',
      branch: pull.head.ref,
      sha: pull.head.sha,
      environments: [],
    });
    const synth = await this.workflow(
      'synth.yml',
      'pull_request',
      { action: 'synchronize', number, pull_request: pull },
      { sha: pull.head.sha, secrets: false, env: { BERTH_TEST_ARTIFACTS: join(this.runs, String(id)) } },
    );
    Object.assign(this.cloud.github.state.repositories[repository]!.runs[id]!, {
      status: 'completed',
      conclusion: synth.code === 0 ? 'success' : 'failure',
    });
    tamper?.(join(this.runs, String(id)));
    return { synth, id };
  }

  /** Sets a label as somebody does it in a browser, and runs the workflow that this starts. */
  async labelled(workflow: string, number: number, label: string, sender = 'ada', action = 'labeled'): Promise<Ran> {
    if (action === 'labeled') await this.api('POST', `/issues/${number}/labels`, { labels: [label] });
    return this.trusted(workflow, 'pull_request_target', {
      action,
      number,
      label: { name: label },
      sender: { login: sender },
      pull_request: await this.pull(number),
    });
  }

  /** A workflow that runs for an event with the code of `main`, and with the secrets of its environments. */
  async trusted(workflow: string, event: string, payload: Event): Promise<Ran> {
    return this.workflow(
      workflow,
      event,
      { ...payload, repository: { full_name: repository, default_branch: 'main' } },
      { sha: await this.git('rev-parse', 'main') },
    );
  }

  /** Every action of somebody else's that the workflows use, at the commit they pin. */
  private localActions(): string[] {
    const texts = [
      ...readdirSync(join(root, '.github/workflows')).map((name) => join('workflows', name)),
      'actions/setup/action.yml',
    ].map((path) => readFileSync(join(root, '.github', path), 'utf8'));
    const used = new Set(
      texts.flatMap((text) =>
        [...text.matchAll(/uses: ((?:actions|hashicorp)\/([\w-]+)@\w+)/g)].map(
          ([, reference, name]) => `${reference}=${join(standIns, name!)}`,
        ),
      ),
    );
    return [...used].flatMap((each) => ['--local-repository', each]);
  }

  async close(): Promise<void> {
    await this.cloud.close();
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

/** What act says of itself, a line each. */
interface ActLine {
  readonly jobID?: string;
  readonly matrix?: { readonly environment?: string };
  readonly msg: string;
  readonly raw_output?: boolean;
  readonly jobResult?: string;
}
