import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { whyNoMachine } from '../../simulator/machines/requirements';
import { controlSocket, sandboxFolder } from '../../scenario/sandbox';
import { Project, root } from '../cli/project';

const why = whyNoMachine();
const suite = why ? describe.skip : describe;

suite(`a shell in a rehearsed machine${why ? ` (skipped: ${why})` : ''}`, () => {
  let project: Project;
  beforeEach(() => {
    project = new Project();
  });
  afterEach(async () => {
    while (existsSync(controlSocket(sandboxFolder(project.folder)))) await sleep(50);
    project.remove();
  }, 120_000);

  test("is found by the environment's name, right after its droplet was made, and the exit code is the command's", async () => {
    // a droplet that boots and installs nothing, under the name that staging's has
    const make = `fetch(process.env.DIGITALOCEAN_API_URL + '/v2/droplets', {
      method: 'POST', headers: { authorization: 'Bearer ' + process.env.DIGITALOCEAN_TOKEN, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'asset-archive-staging', region: 'fra1', size: 's-1vcpu-1gb', image: 'debian-13-x64', user_data: '#cloud-config\\n{}\\n' }),
    }).then((answer) => process.exit(answer.status === 202 ? 0 : 1))`;
    const script =
      '"$NODE" -e "$MAKE" && "$NODE" "$BERTH" shell staging -- sh -c \'echo "$(hostname) $(whoami) $PWD $1 ${DIGITALOCEAN_TOKEN-none}"; exit 7\' sh "two  words"; code=$?; "$NODE" "$BERTH" shell production -- true; exit $code';
    const { code, stdout, output } = await project.berth(['sandbox', '--boot', '--', 'sh', '-c', script], {
      NODE: process.execPath,
      BERTH: join(root, 'bin/berth.js'),
      MAKE: make,
    });
    expect([code, stdout]).toEqual([7, 'asset-archive-staging root /root two  words none\n']);
    expect(output).toContain('there is no droplet asset-archive-production: create it first\n');
  }, 300_000);
});
