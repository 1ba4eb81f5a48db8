import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Git repository of nothing but commits, whose SHAs are the same in every run. */
export class Commits {
  readonly folder = mkdtempSync(join(tmpdir(), 'commits-'));
  private count = 0;

  constructor() {
    this.git('init', '--quiet', '--initial-branch=main');
  }

  git(...args: readonly string[]): string {
    const date = `2026-03-0${1 + Math.floor(this.count / 60)}T10:${String(this.count++ % 60).padStart(2, '0')}:00Z`;
    const person = {
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@acme.example',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@acme.example',
    };
    const env = {
      PATH: process.env.PATH,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_DATE: date,
      ...person,
    };
    return execFileSync('git', args, {
      cwd: this.folder,
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  }

  /** In their order: `tag v0.1.0` is a tag of the commit before, everything else a commit's message. */
  add(...messages: readonly string[]): this {
    for (const message of messages) {
      if (message.startsWith('tag ')) this.git('tag', message.slice(4));
      else this.git('commit', '--quiet', '--allow-empty', '--message', message);
    }
    return this;
  }

  head(): string {
    return this.git('rev-parse', 'HEAD');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
